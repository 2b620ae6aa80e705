#include "numbers/pair_sieve.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

#include "numbers/divisors.hpp"
#include "numbers/factor.hpp"

namespace factorize::numbers {
namespace {

template <class Divisor>
class PairSieveTest : public testing::Test {
protected:
    /// Against one factorization a number.
    void expect_lists(Interval interval) {
        SCOPED_TRACE(testing::Message() << interval.count << " numbers from " << interval.first);
        ASSERT_TRUE(PairSieve::suits<Divisor>(interval));
        std::vector<std::uint32_t> counts;
        std::vector<Divisor> divisors;
        sieve_.append_divisors(interval, counts, divisors);
        std::vector<std::uint32_t> expected_counts;
        std::vector<Divisor> expected;
        for (std::uint64_t i = 0; i < interval.count; ++i) {
            const std::size_t before = expected.size();
            append_divisors(factor(interval.first + i), expected);
            expected_counts.push_back(static_cast<std::uint32_t>(expected.size() - before));
        }
        ASSERT_EQ(counts, expected_counts);
        ASSERT_EQ(divisors, expected);
    }

    PairSieve sieve_;
};
using Divisors = testing::Types<std::uint64_t, std::uint32_t>;
TYPED_TEST_SUITE(PairSieveTest, Divisors);

TYPED_TEST(PairSieveTest, ListsFromOneOn) {
    this->expect_lists({1, 1});
    this->expect_lists({2, 3});
    this->expect_lists({1, 100'000});
}

// The largest d of each: its square opens and ends an interval.
TYPED_TEST(PairSieveTest, ListsAroundSquares) {
    for (const std::uint64_t root : {100ULL, 4096ULL, 65'536ULL})
        for (const std::uint64_t first : {root * root - 1, root * root, root * root + 1}) {
            this->expect_lists({first, 9000});
            this->expect_lists({first - 8999, 9000});
        }
}

TYPED_TEST(PairSieveTest, GoesOnWhereItEnded) {
    std::uint64_t first = 1'000'000;
    for (const std::uint64_t count : {2000ULL, 777ULL, 20'000ULL, 200ULL, 8192ULL}) {
        this->expect_lists({first, count});
        first += count;
    }
    this->expect_lists({1'000'000, 2000});
}

TYPED_TEST(PairSieveTest, ListsManySegments) { this->expect_lists({4'294'900'000, 140'000}); }

TYPED_TEST(PairSieveTest, LeavesLargeNumbersAndShortIntervalsToFactoring) {
    EXPECT_FALSE(PairSieve::suits<TypeParam>({1'000'000'000'000, 10'000'000}));
    EXPECT_FALSE(PairSieve::suits<TypeParam>({~std::uint64_t{0}, 1}));
    EXPECT_FALSE(PairSieve::suits<TypeParam>({1'000'000'000, 1000}));
    EXPECT_TRUE(PairSieve::suits<TypeParam>({1'000'000'000, 0}));
}

}  // namespace
}  // namespace factorize::numbers
