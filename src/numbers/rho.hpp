// Pollard's rho: for numbers whose primes are too small for elliptic curves to part.
#pragma once

#include <cstdint>

namespace factorize::numbers {

/// A divisor d of n with 1 < d < n.
///
/// Source: J. M. Pollard, BIT 15 (1975); R. P. Brent, BIT 20 (1980). Deterministic: fixed starting points.
/// Cost: about sqrt(p) modular squares, p the smallest prime factor of n.
///
/// @pre n is odd and composite
[[nodiscard]] std::uint64_t divisor_by_rho(std::uint64_t n);

}  // namespace factorize::numbers
