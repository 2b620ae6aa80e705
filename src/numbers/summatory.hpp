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
/// Source: R. Sladkey, "A successive approximation algorithm for computing the divisor summatory function",
/// arXiv:1206.3369, extended to the weighted sum. Cost: O(x^(1/3)).
[[nodiscard]] DivisorSums divisor_sums(std::uint64_t x);

}  // namespace factorize::numbers
