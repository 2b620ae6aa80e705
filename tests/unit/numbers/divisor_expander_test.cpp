#include "numbers/divisor_expander.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

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

void expect_expands(DivisorExpander& expander, const Factorization& n) {
    SCOPED_TRACE(testing::Message() << n.product());
    const std::vector<std::uint64_t> all = all_products(n);
    const DivisorRecipe recipe(n);
    ASSERT_EQ(recipe.divisor_count, all.size());

    // One value more than there is room for: it must survive.
    constexpr std::uint32_t untouched = 0xDEAD;
    std::vector<std::uint64_t> full(full_list_size(recipe.divisor_count) + 1, untouched);
    expander.expand(recipe, full.data());
    ASSERT_EQ(full.back(), untouched);
    full.pop_back();
    ASSERT_TRUE(std::equal(full.begin(), full.end(), all.begin() + 1,
                           all.size() < 2 ? all.begin() + 1 : all.end() - 1));

    std::vector<std::uint32_t> half(half_list_size(recipe.divisor_count) + 1, untouched);
    expander.expand(recipe, half.data());
    ASSERT_EQ(half.back(), untouched);
    half.pop_back();
    ASSERT_TRUE(std::equal(half.begin(), half.end(), all.begin() + 1));
}

/// All 64-bit products of powers of these primes, each to its largest exponent.
void expect_expands_all(const std::vector<PrimePower>& largest) {
    DivisorExpander expander;
    std::vector<std::uint32_t> exponents(largest.size());
    for (;;) {
        Factorization n;
        for (std::size_t i = 0; i < largest.size(); ++i)
            if (exponents[i] > 0) n.push_back(largest[i].prime, exponents[i]);
        if (fits_64_bits(n)) expect_expands(expander, n);
        std::size_t digit = 0;
        while (digit < exponents.size() && exponents[digit] == largest[digit].exponent)
            exponents[digit++] = 0;
        if (digit == exponents.size()) return;
        ++exponents[digit];
    }
}

TEST(DivisorExpander, MergesEveryMixOfSmallPowers) {
    expect_expands_all({{2, 18}, {3, 8}, {5, 3}, {31, 3}, {37, 3}});
}

TEST(DivisorExpander, MergesEveryMixOfPowersOutsideTheTable) {
    expect_expands_all({{2, 3}, {37, 3}, {41, 2}, {43, 2}, {47, 2}, {1009, 2}});
}

TEST(DivisorExpander, MergesPrimesCloseTogetherAndFarApart) {
    expect_expands_all({{2, 2}, {3, 1}, {65'521, 1}, {65'537, 1}, {4'294'967, 1}});
    expect_expands_all({{2, 1}, {4'294'967'291, 1}});
    expect_expands_all({{37, 11}});
    expect_expands_all({{65'521, 4}});
    expect_expands_all({{4'294'967'291, 2}});
    expect_expands_all({{2, 63}});
}

TEST(DivisorExpander, MergesElevenPrimesAboveTheTable) {
    expect_expands_all(
        {{37, 1}, {41, 1}, {43, 1}, {47, 1}, {53, 1}, {59, 1}, {61, 1}, {67, 1}, {71, 1}, {73, 1}, {79, 1}});
}

}  // namespace
}  // namespace factorize::numbers
