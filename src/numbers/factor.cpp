#include "numbers/factor.hpp"

#include "numbers/rho.hpp"
#include "numbers/small_primes.hpp"

#include <bit>
#include <cassert>
#include <cstddef>

namespace factorize::numbers {
Factorization factor(std::uint64_t n) {
    assert(n >= 1);
    Factorization result;
    if (const int twos = std::countr_zero(n); twos > 0) {
        result.push_back(2, static_cast<std::uint32_t>(twos));
        n >>= twos;
    }
    for (const ExactDivisor& p : small_odd_primes) {
        if (n * p.inverse > p.limit) continue;
        std::uint32_t exponent = 0;
        for (std::uint64_t quotient = n * p.inverse; quotient <= p.limit; quotient = n * p.inverse) {
            n = quotient;
            ++exponent;
        }
        result.push_back(p.prime, exponent);
    }
    append_rough(n, smallest_untried_prime, result);
    return result;
}

void factor(std::span<const std::uint64_t> numbers, std::span<Factorization> out) {
    assert(out.size() == numbers.size());
    for (std::size_t i = 0; i < numbers.size(); ++i) out[i] = factor(numbers[i]);
}

}  // namespace factorize::numbers
