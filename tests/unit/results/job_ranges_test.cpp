#include "results/job_ranges.hpp"

#include <gtest/gtest.h>

namespace factorize::results {
namespace {

TEST(JobRanges, OneOrMany) {
    const auto one = parse_job_ranges("range 10000000:10001000");
    ASSERT_TRUE(one);
    ASSERT_EQ(one->size(), 1U);
    EXPECT_EQ(one->front().first, 10'000'000U);
    EXPECT_EQ(one->front().last, 10'001'000U);

    const auto many = parse_job_ranges("range 1:10,20:20,18446744073709551600:18446744073709551615");
    ASSERT_TRUE(many);
    ASSERT_EQ(many->size(), 3U);
    EXPECT_EQ((*many)[1].first_row, 10U);
    EXPECT_EQ((*many)[2].first_row, 11U);
    EXPECT_EQ((*many)[2].last, ~std::uint64_t{0});
}

TEST(JobRanges, NothingElse) {
    for (const char* text : {"", "range ", "range 1", "range 1:", "range :2", "range 2:1", "range 1:2,",
                             "range 1:2;3:4", "range 1:18446744073709551616", "list 10 numbers xxh64:0"}) {
        EXPECT_FALSE(parse_job_ranges(text)) << text;
    }
}

}  // namespace
}  // namespace factorize::results
