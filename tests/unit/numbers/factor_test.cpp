#include "numbers/factor.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

#include "numbers/primality.hpp"
#include "support/naive.hpp"
#include "support/nasty_numbers.hpp"
#include "support/random_numbers.hpp"

namespace factorize::numbers {
namespace {

/// Multiplies out, ascending, and every prime passes the test that factor() does not use.
void expect_factorization_of(std::uint64_t n) {
    const Factorization result = factor(n);
    std::uint64_t rest = n;
    std::uint64_t previous = 1;
    for (const auto& [prime, exponent] : result) {
        ASSERT_GT(prime, previous) << n;
        ASSERT_GE(exponent, 1U) << n;
        ASSERT_TRUE(is_prime_bpsw(prime)) << n << " has " << prime;
        previous = prime;
        for (std::uint32_t i = 0; i < exponent; ++i) {
            ASSERT_EQ(rest % prime, 0U) << n;
            rest /= prime;
        }
    }
    ASSERT_EQ(rest, 1U) << n;
}

TEST(Factor, OneHasNoPrimes) { EXPECT_EQ(factor(1).size(), 0U); }

TEST(Factor, GivesPrimesAscendingWithExponents) {
    const Factorization result = factor(720'720);
    const std::vector<PrimePower> powers(result.begin(), result.end());
    EXPECT_EQ(powers, (std::vector<PrimePower>{{2, 4}, {3, 2}, {5, 1}, {7, 1}, {11, 1}, {13, 1}}));
}

TEST(Factor, IsRightBelowThreeHundredThousand) {
    for (std::uint64_t n = 1; n < 300'000; ++n) expect_factorization_of(n);
}

TEST(Factor, IsRightOnNastyNumbers) {
    for (const std::uint64_t n : nasty::primes) {
        EXPECT_EQ(factor(n).size(), 1U) << n;
        expect_factorization_of(n);
    }
    for (const std::uint64_t n : nasty::composites) expect_factorization_of(n);
    for (const std::uint64_t n : nasty::strong_pseudoprimes) expect_factorization_of(n);
    for (const std::uint64_t n : nasty::strong_lucas_pseudoprimes) expect_factorization_of(n);
    for (const std::uint64_t n : nasty::carmichael_numbers) expect_factorization_of(n);
    for (int bit = 0; bit < 64; ++bit) expect_factorization_of(std::uint64_t{1} << bit);
}

TEST(Factor, FindsEveryPowerOfEverySmallPrime) {
    for (std::uint64_t p = 2; p < 2000; ++p) {
        if (!naive::is_prime(p)) continue;
        std::uint32_t exponent = 1;
        for (std::uint64_t n = p;; n *= p, ++exponent) {
            const Factorization result = factor(n);
            ASSERT_EQ(result.size(), 1U) << n;
            ASSERT_EQ(result[0], (PrimePower{p, exponent})) << n;
            if (n > ~std::uint64_t{0} / p) break;
        }
    }
}

TEST(Factor, CountsTheDivisorsOfHighlyCompositeNumbers) {
    for (const auto& [n, divisors] : nasty::highly_composite)
        EXPECT_EQ(factor(n).divisor_count(), divisors) << n;
}

TEST(Factor, IsRightOnRandomNumbersOfEveryLength) {
    RandomNumbers random(2);
    for (int bits = 1; bits <= 64; ++bits)
        for (int i = 0; i < 100; ++i) expect_factorization_of(random.of_bits(bits));
}

TEST(Factor, SeparatesProductsOfTwoRandomPrimesOfEveryLength) {
    RandomNumbers random(3);
    const auto prime_of_bits = [&](int bits) {
        for (;;)
            if (const std::uint64_t n = random.odd_of_bits(bits); is_prime_bpsw(n)) return n;
    };
    for (int bits = 2; bits <= 32; ++bits)
        for (int i = 0; i < 10; ++i) {
            expect_factorization_of(prime_of_bits(bits) * prime_of_bits(bits));
            expect_factorization_of(prime_of_bits(bits) * prime_of_bits(64 - bits));
        }
}

TEST(Factor, ABatchIsTheNumbersOneByOne) {
    RandomNumbers random(4);
    std::vector<std::uint64_t> numbers;
    for (int bits = 1; bits <= 64; ++bits) numbers.push_back(random.of_bits(bits));
    std::vector<Factorization> batch(numbers.size());
    factor(numbers, batch);
    for (std::size_t i = 0; i < numbers.size(); ++i) EXPECT_EQ(batch[i], factor(numbers[i])) << numbers[i];
    factor({}, {});
}

}  // namespace
}  // namespace factorize::numbers
