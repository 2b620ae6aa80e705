// How many divisors all numbers up to x have, and their sum: known without factoring anything.
#pragma once

#include <cstdint>

#include "numbers/uint128.hpp"

namespace factorize::numbers {

struct DivisorSums {
    Uint128 count = 0;      ///< T(x) = sum of tau(k) for 1 <= k <= x, exact
    std::uint64_t sum = 0;  ///< S(x) = sum of sigma(k) for 1 <= k <= x, mod 2^64
};

/// T(x) and S(x) together; both 0 at x = 0. Right to x = 2^64-1.
///
/// Counts lattice points under a hyperbola along the convex hull of those above it. Source: R. Sladkey, "A
/// successive approximation algorithm for computing the divisor summatory function", arXiv:1206.3369, for the
/// idea; the hull is walked by way of the Stern-Brocot tree, whose steps also carry the weighted sums.
///
/// Cost: O(x^(1/3) log x): about x^(1/3) * (10 ns + 2.3 ns * ln x), measured on a 4 GHz Zen 5 core as 2 us at
/// 10^6, 40 us at 10^9, 0.65 ms at 10^12, 8.5 ms at 10^15, 0.1 s at 10^18, 0.3 s at 2^64.
[[nodiscard]] DivisorSums divisor_sums(std::uint64_t x);

}  // namespace factorize::numbers
