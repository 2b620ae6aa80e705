// Splits numbers without small prime factors.
#pragma once

#include "numbers/factorization.hpp"

#include <cstdint>

namespace factorize::numbers {

/// Appends the prime factors of n to out.
///
/// Source: J. M. Pollard, BIT 15 (1975); R. P. Brent, BIT 20 (1980). Deterministic: fixed starting points.
/// Cost: a primality test; for a composite about sqrt(p) modular squares, p its second largest prime.
///
/// @pre n is odd, >= 1; every prime factor of n is >= least_prime >= 257 and greater than those in out
void append_rough(std::uint64_t n, std::uint64_t least_prime, Factorization& out);

}  // namespace factorize::numbers
