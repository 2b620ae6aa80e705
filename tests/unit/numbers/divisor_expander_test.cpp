#include "numbers/divisor_expander.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "numbers/factor.hpp"
#include "support/nasty_numbers.hpp"
#include "support/random_numbers.hpp"

namespace factorize::numbers {
namespace {

/// Every product of powers, sorted by the library.
std::vector<std::uint64_t> all_products(const Factorization& n) {
    std::vector<std::uint64_t> products{1};
    for (const auto& [prime, exponent] : n) {
        const std::size_t before = products.size();
        for (std::size_t i = 0; i < before * exponent; ++i) products.push_back(products[i] * prime);
    }
    std::sort(products.begin(), products.end());
    return products;
}

bool fits_64_bits(const Factorization& n) {
    std::uint64_t room = ~std::uint64_t{0};
    for (const auto& [prime, exponent] : n)
        for (std::uint32_t e = 0; e < exponent; ++e) room /= prime;
    return room > 0;
}

/// Every list of a batch, among neighbours that must survive, at every level.
class DivisorExpanderTest : public testing::TestWithParam<SimdLevel> {
protected:
    void SetUp() override {
        if (GetParam() > simd_level()) GTEST_SKIP() << "not on this machine";
    }
    void TearDown() override { flush(); }

    void add(const Factorization& n) {
        numbers_.push_back(n);
        if (numbers_.size() == DivisorExpander::most_recipes) flush();
    }

    /// All 64-bit products of powers of these primes, each to its largest exponent.
    void add_all(const std::vector<PrimePower>& largest) {
        std::vector<std::uint32_t> exponents(largest.size());
        for (;;) {
            Factorization n;
            for (std::size_t i = 0; i < largest.size(); ++i)
                if (exponents[i] > 0) n.push_back(largest[i].prime, exponents[i]);
            if (fits_64_bits(n)) add(n);
            std::size_t digit = 0;
            while (digit < exponents.size() && exponents[digit] == largest[digit].exponent)
                exponents[digit++] = 0;
            if (digit == exponents.size()) return flush();
            ++exponents[digit];
        }
    }

private:
    void flush() {
        std::vector<DivisorRecipe> recipes;
        std::vector<std::uint64_t> expected_full;
        std::vector<std::uint32_t> expected_half;
        for (const Factorization& n : numbers_) {
            recipes.emplace_back(n);
            const std::vector<std::uint64_t> all = all_products(n);
            ASSERT_EQ(recipes.back().divisor_count, all.size()) << n.product();
            for (std::size_t i = 1; i + 1 < all.size(); ++i) expected_full.push_back(all[i]);
            for (std::size_t i = 1; i < (all.size() + 1) / 2; ++i)
                expected_half.push_back(static_cast<std::uint32_t>(all[i]));
        }
        expect_written(recipes, expected_full);
        expect_written(recipes, expected_half);
        numbers_.clear();
    }

    template <class Divisor>
    void expect_written(std::span<const DivisorRecipe> recipes, const std::vector<Divisor>& expected) {
        constexpr std::uint32_t untouched = 0xDEAD;
        std::vector<Divisor> out(expected.size() + 2, untouched);
        expander_.expand(recipes, out.data() + 1);
        ASSERT_EQ(out.front(), untouched);
        ASSERT_EQ(out.back(), untouched);
        ASSERT_TRUE(std::equal(expected.begin(), expected.end(), out.begin() + 1)) << numbers_[0].product();
    }

    std::vector<Factorization> numbers_;
    DivisorExpander expander_{GetParam()};
};

TEST_P(DivisorExpanderTest, MergesEveryMixOfSmallPowers) {
    add_all({{2, 18}, {3, 8}, {5, 3}, {31, 3}, {37, 3}});
}

TEST_P(DivisorExpanderTest, MergesEveryMixOfPowersOutsideTheTable) {
    add_all({{2, 3}, {37, 3}, {41, 2}, {43, 2}, {47, 2}, {1009, 2}});
}

TEST_P(DivisorExpanderTest, MergesPrimesCloseTogetherAndFarApart) {
    add_all({{2, 2}, {3, 1}, {65'521, 1}, {65'537, 1}, {4'294'967, 1}});
    add_all({{2, 1}, {4'294'967'291, 1}});
    add_all({{37, 11}});
    add_all({{65'521, 4}});
    add_all({{4'294'967'291, 2}});
    add_all({{2, 63}});
}

TEST_P(DivisorExpanderTest, MergesElevenPrimesAboveTheTable) {
    add_all(
        {{37, 1}, {41, 1}, {43, 1}, {47, 1}, {53, 1}, {59, 1}, {61, 1}, {67, 1}, {71, 1}, {73, 1}, {79, 1}});
}

/// What a batch may hold side by side: prime powers beyond the table, lists that no register holds, and those
/// too long for the vectors.
TEST_P(DivisorExpanderTest, MergesListsOfEveryLength) {
    RandomNumbers random(30);
    for (int i = 0; i < 3000; ++i) add(factor(random.of_bits(1 + i % 64)));
    for (const auto& [n, divisors] : nasty::highly_composite) add(factor(n));
}

INSTANTIATE_TEST_SUITE_P(EveryLevel, DivisorExpanderTest,
                         testing::Values(SimdLevel::portable, SimdLevel::avx2, SimdLevel::avx512),
                         [](const auto& test) {
                             return "Level" + std::to_string(static_cast<int>(test.param));
                         });

}  // namespace
}  // namespace factorize::numbers
