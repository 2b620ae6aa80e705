#include "numbers/interval_sieve.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "numbers/divisors.hpp"
#include "numbers/factor.hpp"
#include "support/naive.hpp"

namespace factorize::numbers {
namespace {

template <class Divisor>
struct Lists {
    std::vector<std::uint32_t> counts;
    std::vector<Divisor> divisors;
};

template <class Divisor>
Lists<Divisor> sieved(IntervalSieve& sieve, Interval interval) {
    Lists<Divisor> lists;
    sieve.append_divisors(interval, lists.counts, lists.divisors);
    return lists;
}

/// All three ways of the sieve against one number at a time.
void expect_agrees_with_factor(IntervalSieve& sieve, Interval interval) {
    SCOPED_TRACE(testing::Message() << interval.count << " numbers from " << interval.first);
    std::vector<Factorization> found(interval.count);
    sieve.factor(interval, found);
    const auto full = sieved<std::uint64_t>(sieve, interval);
    const auto half = sieved<std::uint32_t>(sieve, interval);
    ASSERT_EQ(full.counts.size(), interval.count);
    ASSERT_EQ(half.counts.size(), interval.count);

    Lists<std::uint64_t> expected_full;
    Lists<std::uint32_t> expected_half;
    for (std::uint64_t i = 0; i < interval.count; ++i) {
        const Factorization expected = numbers::factor(interval.first + i);
        ASSERT_EQ(found[i], expected) << interval.first + i;
        const std::size_t full_before = expected_full.divisors.size();
        const std::size_t half_before = expected_half.divisors.size();
        append_divisors(expected, expected_full.divisors);
        append_divisors(expected, expected_half.divisors);
        ASSERT_EQ(full.counts[i], expected_full.divisors.size() - full_before) << interval.first + i;
        ASSERT_EQ(half.counts[i], expected_half.divisors.size() - half_before) << interval.first + i;
    }
    ASSERT_EQ(full.divisors, expected_full.divisors);
    ASSERT_EQ(half.divisors, expected_half.divisors);
}

TEST(IntervalSieve, AgreesWithTheNaiveListsBelowFourHundredThousand) {
    const auto lists = naive::factors_below(400'000);
    IntervalSieve sieve;
    const auto full = sieved<std::uint64_t>(sieve, {1, lists.size() - 1});
    std::size_t at = 0;
    for (std::uint64_t n = 1; n < lists.size(); ++n) {
        ASSERT_EQ(full.counts[n - 1], lists[n].size()) << n;
        const auto begin = full.divisors.begin() + static_cast<std::ptrdiff_t>(at);
        ASSERT_TRUE(std::equal(lists[n].begin(), lists[n].end(), begin)) << n;
        at += lists[n].size();
    }
    EXPECT_EQ(at, full.divisors.size());
}

TEST(IntervalSieve, AgreesWithFactorEverywhere) {
    IntervalSieve sieve;
    for (const std::uint64_t middle :
         {1'000ULL, 65'536ULL, 10'000'000ULL, 1ULL << 32, 1'000'000'000'000ULL, 1ULL << 42,
          1'000'000'000'000'000ULL, 1ULL << 52, 1'000'000'000'000'000'000ULL, 1ULL << 63})
        for (const std::uint64_t count : {1ULL, 2ULL, 63ULL, 900ULL})
            expect_agrees_with_factor(sieve, {middle - count / 2, count});
}

TEST(IntervalSieve, AgreesWithFactorAtTheVeryTop) {
    IntervalSieve sieve;
    for (const std::uint64_t count : {1ULL, 2ULL, 60ULL, 1000ULL})
        expect_agrees_with_factor(sieve, {0 - count, count});
}

TEST(IntervalSieve, AgreesWithFactorAcrossSegments) {
    IntervalSieve sieve;
    expect_agrees_with_factor(sieve, {1'000'000'000, 70'000});
    expect_agrees_with_factor(sieve, {999'999'990'000, 40'000});
    expect_agrees_with_factor(sieve, {40'000'000'000'000, 30'000});
    expect_agrees_with_factor(sieve, {1, 70'000});
}

TEST(IntervalSieve, NothingComesFromNothing) {
    IntervalSieve sieve;
    for (const std::uint64_t first : {1ULL, 1'000'000'007ULL, 0ULL - 1}) {
        EXPECT_TRUE(sieved<std::uint64_t>(sieve, {first, 0}).counts.empty());
        EXPECT_TRUE(sieved<std::uint32_t>(sieve, {first, 0}).divisors.empty());
        sieve.factor({first, 0}, {});
    }
}

TEST(IntervalSieve, ForgetsTheLastIntervalAndAppends) {
    IntervalSieve sieve;
    Lists<std::uint64_t> lists;
    for (const std::uint64_t first : {1'000'000'000'000ULL, 10ULL, 1'000'000'000'000'000ULL, 1ULL})
        sieve.append_divisors({first, 12}, lists.counts, lists.divisors);
    ASSERT_EQ(lists.counts.size(), 48U);
    EXPECT_EQ(lists.divisors.size(),
              std::accumulate(lists.counts.begin(), lists.counts.end(), std::size_t{0}));
    const std::vector<std::uint64_t> last{2, 2, 3, 2, 4, 3, 2, 5, 2, 3, 4, 6};  // of 1..12
    EXPECT_EQ(std::vector<std::uint64_t>(lists.divisors.end() - 12, lists.divisors.end()), last);
}

// The tasks of a job come in any order and any cut: the lists must not depend on either.
TEST(IntervalSieve, TheCutDoesNotMatter) {
    IntervalSieve sieve;
    const Interval whole{1'000'000'000, 40'000};
    const auto expected = sieved<std::uint64_t>(sieve, whole);
    for (const std::uint64_t piece : {777ULL, 4096ULL, 39'999ULL}) {
        Lists<std::uint64_t> lists;
        for (std::uint64_t done = 0; done < whole.count; done += piece)
            sieve.append_divisors({whole.first + done, std::min(piece, whole.count - done)}, lists.counts,
                                  lists.divisors);
        EXPECT_EQ(lists.counts, expected.counts);
        EXPECT_EQ(lists.divisors, expected.divisors);
    }
}

TEST(IntervalSieve, SurvivesAMove) {
    IntervalSieve first;
    expect_agrees_with_factor(first, {100, 10});
    IntervalSieve second = std::move(first);
    expect_agrees_with_factor(second, {100, 10});
}

}  // namespace
}  // namespace factorize::numbers
