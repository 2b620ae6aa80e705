// Sorted divisor lists from prime factorizations.
#pragma once

#include <cstdint>
#include <vector>

#include "numbers/factorization.hpp"

namespace factorize::numbers {

/// Lists every divisor d of n with 1 < d < n, ascending.
///
/// @param n    as its factorization.
/// @param out  appended to, never cleared; grows by tau(n) - 2 (0 for 1 and primes).
/// Cost: O(tau(n) * number of distinct primes), no allocation beyond out's growth and a per-thread scratch.
void append_divisors(const Factorization& n, std::vector<std::uint64_t>& out);

/// The same with only d <= sqrt(n) kept: (tau(n) - 2 + [n is a square]) / 2 values (0 for 1), each below
/// 2^32. The pair of d is n / d.
void append_divisors(const Factorization& n, std::vector<std::uint32_t>& out);

/// The list of all x in 2..n/2 with n % x == 0, ascending. 0 has no finite list: std::domain_error.
[[nodiscard]] std::vector<std::uint64_t> factors_of(std::uint64_t n);

}  // namespace factorize::numbers
