// Both sums are sums over the lattice points (a, b) with a * b <= n, a, b >= 1: T counts them, S weighs each
// with b (or a: the region is symmetric). With r = floor(sqrt n) and w(b) = floor(n / b), the points of row
// b,
//     T = 2 * sum_{b <= r} w(b) - r^2
//     S = sum_{b <= r} (b * w(b) + triangle(w(b))) - r * triangle(r),
// since the rows b <= r and the columns a <= r cover all points, those of the r by r square twice. So what is
// needed is the sum over the rows 1..r of w, b * w and triangle(w).
#include "numbers/summatory.hpp"

#include "numbers/isqrt.hpp"
#include "numbers/simd_level.hpp"
#include "numbers/summatory_rows.hpp"

namespace factorize::numbers {
RowSums sum_rows(std::uint64_t n, SimdLevel level) {
#if defined(__x86_64__)
    if (level == SimdLevel::avx512) return sum_rows_avx512(n);
    if (level == SimdLevel::avx2) return sum_rows_avx2(n);
#endif
    static_cast<void>(level);
    return sum_rows_portable(n);
}

DivisorSums divisor_sums(std::uint64_t x) {
    const std::uint64_t r = isqrt(x);
    const RowSums rows = sum_rows(x, simd_level());
    const std::uint64_t triangle = (r | 1) * (r / 2 + r % 2);
    return {2 * rows.width - static_cast<Uint128>(r) * r, rows.weighted - r * triangle};
}

}  // namespace factorize::numbers
