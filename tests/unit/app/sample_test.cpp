#include "app/sample.hpp"

#include <cstdint>

#include <gtest/gtest.h>

#include "results/result_check.hpp"
#include "support/decoded_tables.hpp"
#include "support/job_table.hpp"

namespace factorize::app {
namespace {

using jobs::Store;

TEST(Sample, IsCutLikeAnyJobWhateverItIsTakenFrom) {
    constexpr std::uint64_t huge = std::uint64_t{1} << 50;
    const jobs::Layout whole{.rows = huge, .factors = huge, .block_rows = huge, .factor_chunk = huge};
    const Sample sample({1'000, 100'999}, Store::full, whole);
    EXPECT_EQ(sample.layout.rows, 100'000U);
    EXPECT_EQ(sample.layout.block_rows, jobs::range_block_rows);
    EXPECT_EQ(sample.layout.factor_chunk, jobs::usual_factor_chunk);
}

TEST(WorkThrough, TimesTheWorkThatTrialDivisionChecks) {
    for (const Store store : {Store::full, Store::half}) {
        const Sample sample({9'000, 9'499}, store,
                            {.rows = 0, .factors = 0, .block_rows = 64, .factor_chunk = 100});
        const Worked worked = work_through(sample, 2);
        EXPECT_GT(worked.taken.generate, 0);
        EXPECT_GT(worked.taken.shuffle, 0);
        EXPECT_GT(worked.taken.deflate, 0);
        EXPECT_NO_THROW((void)results::check_chunks(worked.result, sample.layout));
        test::DecodedTables decoded(sample.layout, store);
        decoded.add(worked.result);
        EXPECT_TRUE(decoded.read() == test::JobTable::of(sample.ranges, store, 64, 100).tables());
    }
}

TEST(WorkThrough, TakesANumberWithoutFactors) {
    constexpr std::uint64_t one = 1;
    const Worked worked = work_through(Sample({one, one}, Store::full, jobs::make_layout(1, 0)), 1);
    EXPECT_EQ(worked.result.blocks.size(), 1U);
    EXPECT_GT(worked.taken.generate, 0);
}

TEST(Median, IsTheMiddleOne) {
    EXPECT_EQ(median({3}), 3);
    EXPECT_EQ(median({5, 1, 3}), 3);
    EXPECT_EQ(median({4, 1, 2, 3}), 3);
}

}  // namespace
}  // namespace factorize::app
