// The exact integer square root of a 64-bit number.
#pragma once

#include <cmath>
#include <cstdint>

namespace factorize::numbers {

/// floor(sqrt(n)).
///
/// The double square root of n < 2^64 is within 1 of the true one: rounding n to 53 bits changes it by at
/// most 2^10, the root by at most 2^10 / (2 * 2^32) < 1, and the root's own rounding adds less than 2^-20. So
/// one step either way is enough. r is capped at 2^32-1 first, for r * r must not wrap.
[[nodiscard]] inline std::uint64_t isqrt(std::uint64_t n) {
    constexpr std::uint64_t largest = 0xFFFF'FFFF;
    auto r = static_cast<std::uint64_t>(std::sqrt(static_cast<double>(n)));
    if (r > largest) r = largest;
    if (r * r > n)
        --r;
    else if (r < largest && (r + 1) * (r + 1) <= n)
        ++r;
    return r;
}

}  // namespace factorize::numbers
