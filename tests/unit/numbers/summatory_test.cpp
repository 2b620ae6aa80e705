#include "numbers/summatory.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "numbers/interval_sieve.hpp"
#include "support/random_numbers.hpp"

namespace factorize::numbers {
namespace {

std::string decimal(Uint128 n) {
    std::string digits;
    for (; n != 0; n /= 10) digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(n % 10)));
    return digits.empty() ? "0" : digits;
}

/// Straight from the definition: d divides floor(x / d) of the numbers up to x.
DivisorSums by_definition(std::uint64_t x) {
    DivisorSums sums;
    for (std::uint64_t d = 1; d <= x; ++d) {
        sums.count += x / d;
        sums.sum += x / d * d;
    }
    return sums;
}

TEST(DivisorSums, AreThePrefixSumsBelowAMillion) {
    constexpr std::size_t size = 1'000'001;
    std::vector<std::uint32_t> tau(size);
    std::vector<std::uint64_t> sigma(size);
    for (std::size_t d = 1; d < size; ++d)
        for (std::size_t multiple = d; multiple < size; multiple += d) {
            ++tau[multiple];
            sigma[multiple] += d;
        }
    DivisorSums expected;
    for (std::size_t x = 0; x < size; ++x) {
        expected.count += tau[x];
        expected.sum += sigma[x];
        const DivisorSums sums = divisor_sums(x);
        ASSERT_EQ(decimal(sums.count), decimal(expected.count)) << x;
        ASSERT_EQ(sums.sum, expected.sum) << x;
    }
}

TEST(DivisorSums, FollowTheDefinitionForRandomNumbers) {
    RandomNumbers random(7);
    for (int bits = 20; bits <= 26; ++bits)
        for (int i = 0; i < 3; ++i) {
            const std::uint64_t x = random.of_bits(bits);
            const DivisorSums expected = by_definition(x);
            const DivisorSums sums = divisor_sums(x);
            ASSERT_EQ(decimal(sums.count), decimal(expected.count)) << x;
            ASSERT_EQ(sums.sum, expected.sum) << x;
        }
}

// T(10^n) is OEIS A057494, here from A174425 (its differences); S(10^n) is A072692, reduced mod 2^64.
// A072692's terms from n = 15 on were not at hand: for these S(10^n) rests on the tests below.
TEST(DivisorSums, MatchThePublishedValuesAtPowersOfTen) {
    struct Published {
        const char* count;
        std::uint64_t sum;
    };
    constexpr Published published[] = {
        {"1", 1},
        {"27", 87},
        {"482", 8299},
        {"7069", 823'081},
        {"93668", 82'256'014},
        {"1166750", 8'224'740'835},
        {"13970034", 822'468'118'437},
        {"162725364", 82'246'711'794'796},
        {"1857511568", 8'224'670'422'194'237},
        {"20877697634", 822'467'034'112'360'628},
        {"231802823220", 8'459'727'057'562'059'936U},
        {"2548286736297", 15'869'221'522'809'949'909U},
        {"27785452449086", 502'154'943'271'788'002U},
        {"300880375389757", 13'321'890'955'142'696'942U},
        {"3239062263181054", 4'022'699'448'419'202'965U},
        {"34693207724724246", 0},
        {"369957928177109416", 0},
        {"3929837791070240368", 0},
        {"41600963003695964400", 0},
        {"439035480966899467508", 0},
    };
    std::uint64_t x = 1;
    for (const auto& [count, sum] : published) {
        const DivisorSums sums = divisor_sums(x);
        EXPECT_EQ(decimal(sums.count), count) << x;
        if (sum != 0) {
            EXPECT_EQ(sums.sum, sum) << x;
        }
        x *= 10;
    }
}

// What lies between two values is the work of other code altogether: factoring.
TEST(DivisorSums, DifferBySievedIntervals) {
    IntervalSieve sieve;
    RandomNumbers random(8);
    std::vector<Interval> intervals{{0 - std::uint64_t{300}, 300}, {(std::uint64_t{1} << 63) - 100, 200}};
    for (int bits = 30; bits <= 60; bits += 3) intervals.push_back({random.of_bits(bits), 300});
    for (const Interval& interval : intervals) {
        std::vector<std::uint32_t> counts;
        std::vector<std::uint64_t> divisors;
        sieve.append_divisors(interval, counts, divisors);
        DivisorSums expected = divisor_sums(interval.first - 1);
        expected.count += divisors.size() + 2 * interval.count;  // 1 and n are not listed
        for (const std::uint64_t d : divisors) expected.sum += d;
        for (std::uint64_t i = 0; i < interval.count; ++i) expected.sum += 1 + interval.first + i;
        const DivisorSums sums = divisor_sums(interval.last());
        EXPECT_EQ(decimal(sums.count), decimal(expected.count)) << interval.first;
        EXPECT_EQ(sums.sum, expected.sum) << interval.first;
    }
}

}  // namespace
}  // namespace factorize::numbers
