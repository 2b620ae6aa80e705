#include "jobs/ranges.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "jobs/error.hpp"
#include "support/error_text.hpp"

namespace factorize::jobs {
namespace {

using numbers::Interval;
using test::text_of;

constexpr std::uint64_t top = UINT64_MAX;

std::string refusal(std::string_view text) {
    return text_of<InputError>([&] { (void)parse_range(text); });
}
std::string refusal(const std::vector<Range>& ranges) {
    return text_of<InputError>([&] { (void)Ranges(ranges); });
}

TEST(ParseRange, TakesBothEndsInclusive) {
    EXPECT_EQ(parse_range("10000000:10001000"), (Range{10'000'000, 10'001'000}));
    EXPECT_EQ(parse_range("5:5"), (Range{5, 5}));
    EXPECT_EQ(parse_range("1:18446744073709551615"), (Range{1, top}));
    EXPECT_EQ(parse_range("+007:0010"), (Range{7, 10}));
}

TEST(ParseRange, SaysWhatIsWrong) {
    EXPECT_EQ(refusal("12"), "range '12' is not of the form FIRST:LAST, such as 10000000:10001000");
    EXPECT_EQ(refusal(""), "range '' is not of the form FIRST:LAST, such as 10000000:10001000");
    EXPECT_EQ(refusal("0:5"), "range '0:5': '0' is not an integer from 1 to 18446744073709551615");
    EXPECT_EQ(refusal("1:18446744073709551616"),
              "range '1:18446744073709551616': '18446744073709551616' is not an integer from 1 to "
              "18446744073709551615");
    EXPECT_EQ(refusal(":5"), "range ':5': '' is not an integer from 1 to 18446744073709551615");
    EXPECT_EQ(refusal("5:"), "range '5:': '' is not an integer from 1 to 18446744073709551615");
    EXPECT_EQ(refusal("1:2:3"), "range '1:2:3': '2:3' is not an integer from 1 to 18446744073709551615");
    EXPECT_EQ(refusal("-1:5"), "range '-1:5': '-1' is not an integer from 1 to 18446744073709551615");
    EXPECT_EQ(refusal("10:1"), "range '10:1' ends before it begins; write 1:10");
}

TEST(ParseRanges, ReadsTheCanonicalText) {
    for (const char* text : {"1:10", "1:10,20:20,18446744073709551600:18446744073709551615"})
        EXPECT_EQ(parse_ranges(text).text(), text);
    for (const char* text : {"", "1", "1:", "2:1", "1:2,", ",1:2", "1:2;3:4", "1:2, 3:4", "3:4,1:2"})
        EXPECT_NE(text_of<InputError>([&] { (void)parse_ranges(text); }), "") << text;
}

TEST(Ranges, RefusesNoneOverlappingAndDescending) {
    EXPECT_EQ(refusal(std::vector<Range>{}), "no range given");
    EXPECT_EQ(refusal({{1, 10}, {10, 20}}),
              "ranges 1:10 and 10:20 overlap; give disjoint ranges in ascending order");
    EXPECT_EQ(refusal({{5, 10}, {1, 7}}),
              "ranges 5:10 and 1:7 overlap; give disjoint ranges in ascending order");
    EXPECT_EQ(refusal({{1, 2}, {30, 40}, {10, 20}}),
              "ranges 30:40 and 10:20 do not ascend; give disjoint ranges in ascending order");
    EXPECT_EQ(refusal({{1, top}, {1, top}}),
              "ranges 1:18446744073709551615 and 1:18446744073709551615 overlap; give disjoint ranges in "
              "ascending order");
}

// Every row and every run of rows, against the numbers written down one by one.
TEST(Ranges, CountsRowsThroughAllRanges) {
    const Ranges ranges({{3, 5}, {6, 6}, {10, 13}, {top - 2, top}});
    const std::vector<std::uint64_t> all{3, 4, 5, 6, 10, 11, 12, 13, top - 2, top - 1, top};
    ASSERT_EQ(ranges.rows(), all.size());
    for (std::uint64_t row = 0; row < all.size(); ++row) {
        EXPECT_EQ(ranges.number_at(row), all[row]);
        EXPECT_EQ(ranges.row_of(all[row]), row);
    }
    for (const std::uint64_t absent : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{2}, std::uint64_t{7},
                                       std::uint64_t{9}, std::uint64_t{14}, top - 3})
        EXPECT_EQ(ranges.row_of(absent), std::nullopt) << absent;
    for (std::uint64_t first = 0; first <= all.size(); ++first) {
        for (std::uint64_t count = 0; first + count <= all.size(); ++count) {
            std::vector<std::uint64_t> numbers;
            for (const Interval& piece : ranges.intervals(first, count)) {
                ASSERT_GT(piece.count, 0U);
                for (std::uint64_t i = 0; i < piece.count; ++i) numbers.push_back(piece.first + i);
            }
            EXPECT_TRUE(std::equal(numbers.begin(), numbers.end(), all.begin() + static_cast<long>(first),
                                   all.begin() + static_cast<long>(first + count)))
                << first << "+" << count;
        }
    }
}

TEST(Ranges, CutsIntervalsAtTheBordersOfRangesOnly) {
    const Ranges ranges({{3, 5}, {6, 6}, {10, 13}});
    EXPECT_EQ(ranges.intervals(1, 5), (std::vector<Interval>{{4, 2}, {6, 1}, {10, 2}}));
    EXPECT_EQ(ranges.intervals(4, 4), (std::vector<Interval>{{10, 4}}));
    EXPECT_EQ(ranges.intervals(8, 0), std::vector<Interval>{});
    EXPECT_EQ(ranges.range_of_row(2), 0U);
    EXPECT_EQ(ranges.range_of_row(3), 1U);
    EXPECT_EQ(ranges.range_of_row(7), 2U);
}

TEST(Ranges, HoldEveryNumberOf64Bits) {
    const Ranges ranges({{1, top}});
    EXPECT_EQ(ranges.rows(), top);
    EXPECT_EQ(ranges.number_at(top - 1), top);
    EXPECT_EQ(ranges.row_of(top), top - 1);
    EXPECT_EQ(ranges.intervals(0, top), (std::vector<Interval>{{1, top}}));
    EXPECT_EQ(ranges.intervals(top - 1, 1), (std::vector<Interval>{{top, 1}}));
}

TEST(Ranges, HaveACanonicalText) {
    EXPECT_EQ(Ranges({{1, 100}, {200, 300}}).text(), "1:100,200:300");
    EXPECT_EQ(Ranges({parse_range("+1:0018446744073709551615")}).text(), "1:18446744073709551615");
}

}  // namespace
}  // namespace factorize::jobs
