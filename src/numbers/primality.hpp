// Is a 64-bit integer prime? Two tests that share no code, so that one can check the other.
#pragma once

#include <cstdint>
#include <span>

namespace factorize::numbers {

/// Deterministic Miller-Rabin in Montgomery arithmetic; right for every n < 2^64.
[[nodiscard]] bool is_prime(std::uint64_t n);

/// Bases whose strong tests odd n > 2 passes only if it is prime; a base that n divides says nothing. The
/// first is 2.
[[nodiscard]] std::span<const std::uint64_t> strong_test_bases(std::uint64_t n);

/// Baillie-PSW (strong base 2, strong Lucas), with products reduced by a reciprocal instead of Montgomery's
/// way; no composite below 2^64 passes (Gilchrist 2013, from Feitsma's list). Slower than is_prime and
/// independent of it: the certificate's test.
[[nodiscard]] bool is_prime_bpsw(std::uint64_t n);

}  // namespace factorize::numbers
