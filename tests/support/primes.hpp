// Random primes, by a test that the factoriser does not use.
#pragma once

#include <cstdint>

#include "numbers/primality.hpp"
#include "support/random_numbers.hpp"

namespace factorize {

/// Of exactly so many bits, 2..64.
inline std::uint64_t prime_of_bits(RandomNumbers& random, int bits) {
    for (;;)
        if (const std::uint64_t n = random.odd_of_bits(bits); numbers::is_prime_bpsw(n)) return n;
}

}  // namespace factorize
