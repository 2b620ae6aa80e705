// summatory_walk.hpp for AVX2 and FMA.
#if defined(__x86_64__)
#define FACTORIZE_TARGET [[gnu::target("avx2,fma")]]
#define FACTORIZE_LANES 4
#include "numbers/summatory_walk.hpp"

namespace factorize::numbers {

FACTORIZE_TARGET RowSums sum_rows_avx2(std::uint64_t n) { return sum_rows_in_lanes(n); }

}  // namespace factorize::numbers
#endif
