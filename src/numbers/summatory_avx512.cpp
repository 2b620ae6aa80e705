// summatory_walk.hpp for AVX-512.
#if defined(__x86_64__)
#include "numbers/avx512_target.hpp"
#define FACTORIZE_TARGET FACTORIZE_AVX512
#define FACTORIZE_LANES 8
#include "numbers/summatory_walk.hpp"

namespace factorize::numbers {

FACTORIZE_TARGET RowSums sum_rows_avx512(std::uint64_t n) { return sum_rows_in_lanes(n); }

}  // namespace factorize::numbers
#endif
