// The rows under a hyperbola, summed: the work behind divisor_sums(), once for each kind of CPU.
#pragma once

#include <cstdint>

#include "numbers/simd_level.hpp"
#include "numbers/uint128.hpp"

namespace factorize::numbers {

/// Sums over rows b of their widths w(b) = floor(n / b).
struct RowSums {
    Uint128 width = 0;           ///< of w(b), exact
    std::uint64_t weighted = 0;  ///< of b * w(b) + (1 + 2 + ... + w(b)), mod 2^64
};

/// Sums the rows 1, ..., floor(sqrt n). All levels give the same. @pre the machine has the level
[[nodiscard]] RowSums sum_rows(std::uint64_t n, SimdLevel level);

[[nodiscard]] RowSums sum_rows_portable(std::uint64_t n);
[[nodiscard]] RowSums sum_rows_avx2(std::uint64_t n);    ///< x86-64 only
[[nodiscard]] RowSums sum_rows_avx512(std::uint64_t n);  ///< x86-64 only

}  // namespace factorize::numbers
