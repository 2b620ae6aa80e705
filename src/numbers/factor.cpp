#include "numbers/factor.hpp"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstddef>

#include "numbers/rough.hpp"
#include "numbers/small_primes.hpp"

namespace factorize::numbers {
namespace {

/// So many numbers at a time: enough to fill all lanes at every step, and their results stay in the L2 cache.
constexpr std::size_t numbers_per_batch = 2048;

/// Moves the primes below smallest_untried_prime from n to result.
std::uint64_t divide_small_primes(std::uint64_t n, Factorization& result) {
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
    return n;
}

}  // namespace

Factorization factor(std::uint64_t n) {
    assert(n >= 1);
    Factorization result;
    append_rough(divide_small_primes(n, result), smallest_untried_prime, result);
    return result;
}

void factor(std::span<const std::uint64_t> numbers, std::span<Factorization> out) {
    assert(out.size() == numbers.size());
    RoughBatch batch;
    for (std::size_t begin = 0; begin < numbers.size(); begin += numbers_per_batch) {
        const std::size_t size = std::min(numbers_per_batch, numbers.size() - begin);
        for (std::size_t i = 0; i < size; ++i) {
            assert(numbers[begin + i] >= 1);
            Factorization& result = out[begin + i];
            result = {};
            batch.add(divide_small_primes(numbers[begin + i], result), static_cast<std::uint32_t>(i));
        }
        auto primes = batch.split(smallest_untried_prime);
        while (!primes.empty()) append_owned_primes(primes, primes[0].owner, out[begin + primes[0].owner]);
    }
}

}  // namespace factorize::numbers
