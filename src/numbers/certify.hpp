// Checks a factorization without trusting the code that made it.
#pragma once

#include <cstdint>

#include "numbers/factorization.hpp"

namespace factorize::numbers {

/// True when the primes ascend, their powers multiply to exactly n without passing 2^64, and is_prime_bpsw
/// proves each of them.
[[nodiscard]] bool certifies(const Factorization& factorization, std::uint64_t n);

}  // namespace factorize::numbers
