#include "numbers/divisor_check.hpp"

#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

#include "support/naive.hpp"
#include "support/nasty_numbers.hpp"
#include "support/trial_division.hpp"

namespace factorize::numbers {
namespace {

using List = std::vector<std::uint64_t>;

/// What a verifier makes of a full list.
bool is_whole(std::uint64_t n, const List& list) {
    return are_divisors(n, list) && tau_from(n, list) == list.size() + 2;
}

/// And of those up to sqrt(n).
bool is_whole_half(std::uint64_t n, const List& list) {
    const auto tau = are_small_divisors(n, list) ? tau_from(n, list) : std::nullopt;
    return tau && (*tau + 1) / 2 - 1 == list.size();
}

List half(std::uint64_t n, List list) {
    std::erase_if(list, [n](std::uint64_t d) { return d > n / d; });
    return list;
}

/// Every list that one mistake makes of a right one.
std::vector<List> spoilt(const List& list) {
    std::vector<List> all;
    for (std::size_t i = 0; i < list.size(); ++i) {
        List less = list;
        less.erase(less.begin() + static_cast<std::ptrdiff_t>(i));
        all.push_back(less);
        if (list.size() > 1 && 2 * i < list.size()) {  // without a pair it is as symmetric as before
            less = list;
            less.erase(less.end() - 1 - static_cast<std::ptrdiff_t>(i));
            if (list.size() != 2 * i + 1) less.erase(less.begin() + static_cast<std::ptrdiff_t>(i));
            all.push_back(less);
        }
        List twice = list;
        twice.insert(twice.begin() + static_cast<std::ptrdiff_t>(i), list[i]);
        all.push_back(twice);
        for (int bit = 0; bit < 64; ++bit) {
            List flipped = list;
            flipped[i] ^= std::uint64_t{1} << bit;
            all.push_back(flipped);
        }
        if (i > 0) {
            List swapped = list;
            std::swap(swapped[i - 1], swapped[i]);
            all.push_back(swapped);
        }
    }
    return all;
}

TEST(DivisorCheck, AcceptsTheDivisorsAndNothingElse) {
    const std::vector<List> lists = naive::factors_below(2'000);
    for (std::uint64_t n = 2; n < lists.size(); ++n) {
        ASSERT_TRUE(is_whole(n, lists[n])) << n;
        ASSERT_TRUE(is_whole_half(n, half(n, lists[n]))) << n;
        for (const List& list : spoilt(lists[n])) ASSERT_FALSE(is_whole(n, list)) << n;
        for (const List& list : spoilt(half(n, lists[n]))) ASSERT_FALSE(is_whole_half(n, list)) << n;
        for (const std::uint64_t other : {n + 1, 2 * n})
            ASSERT_EQ(is_whole(other, lists[n]), other < lists.size() && lists[other] == lists[n]) << n;
    }
}

TEST(DivisorCheck, OneHasNoList) {
    EXPECT_EQ(tau_from(1, {}), 1U);
    EXPECT_TRUE(are_divisors(1, {}));
    EXPECT_FALSE(are_divisors(1, List{1}));
    EXPECT_FALSE(are_small_divisors(1, List{1}));
}

TEST(DivisorCheck, ZeroIsNoNumber) {
    EXPECT_EQ(tau_from(0, {}), std::nullopt);
    EXPECT_FALSE(are_divisors(0, List{0}));
    EXPECT_FALSE(are_small_divisors(0, List{0, 2}));
}

TEST(DivisorCheck, NoProductThatWraps) {
    EXPECT_FALSE(are_divisors(6, List{2, (std::uint64_t{1} << 63) + 3}));
    EXPECT_FALSE(are_divisors(0, List{std::uint64_t{1} << 32}));
}

TEST(DivisorCheck, AnEmptyListIsOfAPrime) {
    for (const std::uint64_t n : nasty::primes) EXPECT_EQ(tau_from(n, {}), 2U) << n;
    for (const std::uint64_t n : nasty::composites) EXPECT_EQ(tau_from(n, {}), std::nullopt) << n;
    for (const std::uint64_t n : nasty::strong_pseudoprimes) EXPECT_EQ(tau_from(n, {}), std::nullopt) << n;
    for (const std::uint64_t n : nasty::strong_lucas_pseudoprimes) EXPECT_EQ(tau_from(n, {}), std::nullopt);
    for (const std::uint64_t n : nasty::carmichael_numbers) EXPECT_EQ(tau_from(n, {}), std::nullopt) << n;
}

TEST(DivisorCheck, TheLargestNumbers) {
    for (const auto& [n, primes] : test::top_numbers()) {
        const List list = test::listed_of_product(primes, jobs::Store::full);
        EXPECT_TRUE(is_whole(n, list)) << n;
        EXPECT_TRUE(is_whole_half(n, half(n, list))) << n;
        for (const List& wrong : spoilt(list)) ASSERT_FALSE(is_whole(n, wrong)) << n;
        for (const List& wrong : spoilt(half(n, list))) ASSERT_FALSE(is_whole_half(n, wrong)) << n;
    }
}

TEST(DivisorCheck, ManyPrimesAreNoneOfOurs) {
    // More than any 64-bit number has: the list is not of n, and nothing overflows.
    List list;
    for (std::uint64_t d = 2; d < 100; ++d) list.push_back(d);
    EXPECT_EQ(tau_from(std::uint64_t{1} << 63, list), 64U);
    EXPECT_FALSE(are_divisors(std::uint64_t{1} << 63, list));
}

}  // namespace
}  // namespace factorize::numbers
