// The odd primes below 256, each with what an exact division by multiplication needs.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "numbers/montgomery.hpp"

namespace factorize::numbers {

/// An odd p. n is a multiple of p exactly when n * inverse <= limit (mod 2^64), and then that product is
/// n / p: multiplying by the inverse permutes the residues mod 2^64 and sends the multiples 0, p, 2p, ... to
/// 0, 1, 2, ..., limit (Granlund and Montgomery, PLDI 1994, section 9).
struct ExactDivisor {
    std::uint64_t inverse = 0;
    std::uint64_t limit = 0;
    std::uint64_t prime = 0;

    constexpr ExactDivisor() = default;
    constexpr explicit ExactDivisor(std::uint64_t p)
        : inverse(inverse_mod_2_64(p)), limit(~std::uint64_t{0} / p), prime(p) {}
};

/// 3, 5, 7, ..., 251: every composite below 257^2 has one of them, or 2, as a factor.
inline constexpr std::array<ExactDivisor, 53> small_odd_primes = [] {
    std::array<ExactDivisor, 53> primes;
    std::size_t size = 0;
    for (unsigned candidate = 3; candidate < 256; candidate += 2) {
        bool prime = true;
        for (unsigned d = 3; d * d <= candidate; d += 2) prime = prime && candidate % d != 0;
        if (prime) primes[size++] = ExactDivisor(candidate);
    }
    return primes;
}();
inline constexpr std::uint64_t smallest_untried_prime = 257;

}  // namespace factorize::numbers
