#include "jobs/census.hpp"

#include <cmath>
#include <cstdint>
#include <limits>
#include <numbers>
#include <vector>

#include <gtest/gtest.h>

#include "support/trial_division.hpp"

namespace factorize::jobs {
namespace {

using numbers::Uint128;

constexpr std::uint64_t top = UINT64_MAX;

class CensusOfEveryStore : public testing::TestWithParam<Store> {};
INSTANTIATE_TEST_SUITE_P(Census, CensusOfEveryStore, testing::Values(Store::full, Store::half));

// before(row) against lists added up one by one, at every row.
void expect_sums_of_lists(const std::vector<Range>& all, Store store) {
    const Ranges ranges(all);
    const RangeCensus census(ranges, store);
    Census sums;
    for (std::uint64_t row = 0; row < ranges.rows(); ++row) {
        ASSERT_EQ(census.before(row), sums) << ranges.text() << " row " << row;
        const std::uint64_t number = ranges.number_at(row);
        sums = sums + test::census_of_lists({&number, 1}, store);
    }
    EXPECT_EQ(census.before(ranges.rows()), sums) << ranges.text();
    EXPECT_EQ(census.total(), sums) << ranges.text();
}

TEST_P(CensusOfEveryStore, OfSmallRanges) {
    expect_sums_of_lists({{1, 1}}, GetParam());
    expect_sums_of_lists({{2, 2}}, GetParam());
    expect_sums_of_lists({{1, 2}}, GetParam());
    expect_sums_of_lists({{4, 4}}, GetParam());
    expect_sums_of_lists({{7, 11}}, GetParam());
    expect_sums_of_lists({{1, 2'000}}, GetParam());
}

TEST_P(CensusOfEveryStore, OfSeveralRanges) {
    expect_sums_of_lists({{1, 1}, {3, 3}, {5, 9}, {10, 10}, {100, 150}}, GetParam());
    expect_sums_of_lists({{2, 5}, {16, 16}, {1'000, 1'040}, {999'990, 1'000'010}}, GetParam());
}

TEST_P(CensusOfEveryStore, OfLargeNumbers) {
    expect_sums_of_lists({{10'000'000, 10'000'030}, {999'999'999'995, 1'000'000'000'003}}, GetParam());
    // The square of a prime, and that of 2^20.
    expect_sums_of_lists({{999'966'000'288, 999'966'000'290}, {(1ULL << 40) - 1, (1ULL << 40) + 1}},
                         GetParam());
}

TEST_P(CensusOfEveryStore, OfTheLargestNumbers) {
    const std::vector<test::Known>& known = test::top_numbers();
    const Ranges ranges({{1, 3}, {known.front().number, top}});
    const RangeCensus census(ranges, GetParam());
    Census sums;
    for (std::uint64_t row = 3; row < ranges.rows(); ++row) {
        const test::Known& n = known[row - 3];
        ASSERT_EQ(ranges.number_at(row), n.number);
        if (row == 8) {  // one evaluation there takes a third of a second
            EXPECT_EQ(census.before(row), sums) << row;
        }
        sums.factors += test::listed_of_product(n.primes, GetParam()).size();
        for (const std::uint64_t d : test::listed_of_product(n.primes, Store::full)) sums.sum += d;
    }
    EXPECT_EQ(census.total(), sums);
}

TEST(Census, OfEveryNumberPasses64BitsWithoutWrapping) {
    const Ranges everything({{1, top}});
    const RangeCensus full(everything, Store::full);
    const RangeCensus half(everything, Store::half);
    // T(x) = x ln x + (2 gamma - 1) x + O(x^(1/3)), and its error is far below 10^8 at 2^64.
    static_assert(std::numeric_limits<long double>::digits >= 64);
    const auto x = static_cast<long double>(top);
    const long double divisors = x * (std::log(x) + 2 * std::numbers::egamma_v<long double> - 1);
    EXPECT_GT(full.total().factors, Uint128{1} << 64);
    EXPECT_GT(half.total().factors, Uint128{1} << 64);
    EXPECT_NEAR(static_cast<double>(static_cast<long double>(full.total().factors) - (divisors - 2 * x)), 0,
                1e8);
    const long double squares = 4'294'967'295.0L;
    EXPECT_NEAR(static_cast<double>(static_cast<long double>(half.total().factors) -
                                    (divisors - 2 * x + squares) / 2),
                0, 1e8);
    EXPECT_EQ(full.total().sum, half.total().sum);
}

TEST(Census, OfARangeIsThatOfItsParts) {
    const RangeCensus whole(Ranges({{1, 1'000'000'000'000}}), Store::full);
    const RangeCensus parts(Ranges({{1, 9}, {10, 123'456'789}, {123'456'790, 1'000'000'000'000}}),
                            Store::full);
    EXPECT_EQ(whole.total(), parts.total());
    for (const std::uint64_t row : {9ULL, 10ULL, 123'456'789ULL, 123'456'790ULL, 999'999'999'999ULL})
        EXPECT_EQ(whole.before(row), parts.before(row)) << row;
}

TEST_P(CensusOfEveryStore, ComesBackFromItsTable) {
    const Ranges ranges({{1, 7}, {50, 90}, {1'000, 1'200}});
    const RangeCensus computed(ranges, GetParam());
    const RangeCensus sent(ranges, GetParam(), computed.table());
    EXPECT_EQ(sent.total(), computed.total());
    for (std::uint64_t row = 0; row <= ranges.rows(); ++row)
        EXPECT_EQ(sent.before(row), computed.before(row));
}

// Half a million numbers by another way: every x written into the lists of its multiples.
TEST_P(CensusOfEveryStore, OfHalfAMillionNumbers) {
    constexpr std::uint64_t size = 500'000;
    Census sums;
    for (std::uint64_t x = 2; x < size; ++x)
        for (std::uint64_t n = 2 * x; n < size; n += x) {
            if (GetParam() == Store::full || x <= n / x) ++sums.factors;
            sums.sum += x;
        }
    EXPECT_EQ(RangeCensus(Ranges({{1, size - 1}}), GetParam()).total(), sums);
}

}  // namespace
}  // namespace factorize::jobs
