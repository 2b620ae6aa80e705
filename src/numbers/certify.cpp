#include "numbers/certify.hpp"

#include "numbers/primality.hpp"

namespace factorize::numbers {

bool certifies(const Factorization& factorization, std::uint64_t n) {
    std::uint64_t product = 1;
    std::uint64_t previous = 1;
    for (const auto& [prime, exponent] : factorization) {
        if (prime <= previous || exponent == 0) return false;
        previous = prime;
        for (std::uint32_t i = 0; i < exponent; ++i) {
            if (product > n / prime) return false;  // also ends a product that would wrap round to n
            product *= prime;
        }
    }
    if (product != n) return false;
    for (const PrimePower& power : factorization)
        if (!is_prime_bpsw(power.prime)) return false;
    return true;
}

}  // namespace factorize::numbers
