#include "numbers/divisors.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <stdexcept>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "numbers/factor.hpp"
#include "support/naive.hpp"
#include "support/nasty_numbers.hpp"
#include "support/random_numbers.hpp"

namespace factorize::numbers {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// Ascending, proper, dividing, and as many as tau(n) - 2: that leaves nothing else to be wrong.
void expect_all_proper_divisors(std::uint64_t n) {
    const Factorization primes = factor(n);
    std::vector<std::uint64_t> full;
    append_divisors(primes, full);
    ASSERT_EQ(full.size(), n == 1 ? 0 : primes.divisor_count() - 2) << n;
    ASSERT_EQ(std::adjacent_find(full.begin(), full.end(), std::greater_equal<>()), full.end()) << n;
    for (const std::uint64_t d : full) ASSERT_TRUE(d > 1 && d < n && n % d == 0) << n << " lists " << d;

    std::vector<std::uint32_t> half;
    append_divisors(primes, half);
    ASSERT_EQ(half.size(), (full.size() + 1) / 2) << n;
    ASSERT_TRUE(std::equal(half.begin(), half.end(), full.begin())) << n;
    if (!half.empty()) {
        ASSERT_LE(half.back(), n / half.back()) << n;
    }
}

TEST(FactorsOf, IsWhatTheDefinitionSays) {
    EXPECT_THAT(factors_of(1), IsEmpty());
    EXPECT_THAT(factors_of(2), IsEmpty());
    EXPECT_THAT(factors_of(4), ElementsAre(2));
    EXPECT_THAT(factors_of(12), ElementsAre(2, 3, 4, 6));
    EXPECT_THAT(factors_of(10'000'001), ElementsAre(11, 909'091));
    for (std::uint64_t n = 1; n < 3000; ++n) ASSERT_EQ(factors_of(n), naive::factors_of(n)) << n;
}

TEST(FactorsOf, AgreesWithTheNaiveListsBelowThreeHundredThousand) {
    const auto lists = naive::factors_below(300'000);
    for (std::uint64_t n = 1; n < lists.size(); ++n) ASSERT_EQ(factors_of(n), lists[n]) << n;
}

TEST(FactorsOf, RefusesZero) { EXPECT_THROW(static_cast<void>(factors_of(0)), std::domain_error); }

TEST(FactorsOf, HoldsForNastyNumbers) {
    for (const std::uint64_t n : nasty::primes) EXPECT_THAT(factors_of(n), IsEmpty()) << n;
    for (const std::uint64_t n : nasty::composites) expect_all_proper_divisors(n);
    for (const std::uint64_t n : nasty::carmichael_numbers) expect_all_proper_divisors(n);
    for (const auto& [n, divisors] : nasty::highly_composite) {
        EXPECT_EQ(factors_of(n).size(), divisors - 2) << n;
        expect_all_proper_divisors(n);
    }
    for (int bit = 0; bit < 64; ++bit) expect_all_proper_divisors(std::uint64_t{1} << bit);
}

TEST(AppendDivisors, HoldsForRandomNumbersOfEveryLength) {
    RandomNumbers random(5);
    for (int bits = 1; bits <= 64; ++bits)
        for (int i = 0; i < 50; ++i) expect_all_proper_divisors(random.of_bits(bits));
}

// Random numbers seldom have many small primes; these have little else, in every mix of exponents.
TEST(AppendDivisors, HoldsForRandomSmoothNumbers) {
    RandomNumbers random(6);
    constexpr std::uint64_t primes[] = {2,  2,  2,  3,  3,  5,  5,   7,      11,           13,
                                        17, 19, 23, 29, 31, 37, 211, 65'537, 4'294'967'291};
    for (int i = 0; i < 1000; ++i) {
        std::uint64_t n = 1;
        for (;;) {
            const std::uint64_t p = primes[random.of_bits(32) % std::size(primes)];
            if (n > ~std::uint64_t{0} / p) break;
            n *= p;
        }
        expect_all_proper_divisors(n);
    }
}

TEST(AppendDivisors, AppendsAndNeverClears) {
    std::vector<std::uint64_t> full{99};
    append_divisors(factor(6), full);
    append_divisors(factor(7), full);
    append_divisors(factor(9), full);
    EXPECT_THAT(full, ElementsAre(99, 2, 3, 3));
    std::vector<std::uint32_t> half{99};
    append_divisors(factor(6), half);
    append_divisors(factor(1), half);
    append_divisors(factor(36), half);
    EXPECT_THAT(half, ElementsAre(99, 2, 2, 3, 4, 6));
}

}  // namespace
}  // namespace factorize::numbers
