#include "jobs/layout.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace factorize::jobs {
namespace {

TEST(Layout, ASmallJobFeedsManyWorkers) {
    const Layout layout = make_layout(1'001, 20'000);
    EXPECT_EQ(layout.block_rows, 8U);
    EXPECT_EQ(layout.blocks(), 126U);
    EXPECT_EQ(layout.rows_in(125), 1U);
    EXPECT_LE(layout.factor_chunk, 16U * 1024U);
}

TEST(Layout, OneRowAndNoFactor) {
    const Layout layout = make_layout(1, 0);
    EXPECT_EQ(layout.blocks(), 1U);
    EXPECT_EQ(layout.rows_in(0), 1U);
    EXPECT_EQ(layout.factor_chunks(), 0U);
    EXPECT_EQ(layout.owned_chunks(0, 0), (ChunkSpan{0, 0}));
}

TEST(Layout, ChunksAndBlocksFitIntoTheirDatasets) {
    for (std::uint64_t rows = 1; rows < 3'000; rows += 7) {
        for (const std::uint64_t factors : {std::uint64_t{1}, rows, 17 * rows}) {
            const Layout layout = make_layout(rows, factors);
            ASSERT_LE(layout.block_rows, rows);
            ASSERT_GE(layout.block_rows, 1U);
            ASSERT_LE(layout.factor_chunk, factors);
            ASSERT_GE(layout.factor_chunk, 1U);
        }
    }
}

TEST(Layout, BlocksAndChunksStayBelowTheirLimits) {
    for (const std::uint64_t rows :
         {std::uint64_t{1} << 34U, std::uint64_t{1} << 40U, std::uint64_t{1} << 50U}) {
        const Layout layout = make_layout(rows, rows * 30);
        EXPECT_LE(layout.blocks(), 1'000'000U);
        EXPECT_LE(layout.factor_chunks(), 4'000'000U);
    }
}

TEST(Layout, EveryNumberOf64Bits) {
    const Layout layout = make_layout(std::numeric_limits<std::uint64_t>::max(), 1'000);
    EXPECT_GT(layout.blocks(), 0U);
    EXPECT_LE(layout.blocks(), 1'000'000U);
    EXPECT_EQ(layout.first_row(layout.blocks() - 1) + layout.rows_in(layout.blocks() - 1), layout.rows);
}

TEST(Layout, AChunkBelongsToTheRowsThatHoldItsFirstElement) {
    const Layout layout{.rows = 10, .factors = 25, .block_rows = 1, .factor_chunk = 10};
    EXPECT_EQ(layout.owned_chunks(0, 5), (ChunkSpan{0, 1}));
    EXPECT_EQ(layout.owned_chunks(5, 5), (ChunkSpan{1, 0}));
    EXPECT_EQ(layout.owned_chunks(5, 6), (ChunkSpan{1, 1}));
    EXPECT_EQ(layout.owned_chunks(10, 0), (ChunkSpan{1, 0})) << "an empty block before its owner";
    EXPECT_EQ(layout.owned_chunks(10, 15), (ChunkSpan{1, 2}));
    EXPECT_EQ(layout.owned_chunks(0, 25), (ChunkSpan{0, 3}));
    EXPECT_EQ(layout.owned_chunks(25, 0), (ChunkSpan{3, 0}));
    EXPECT_EQ(layout.chunk_end(0), 10U);
    EXPECT_EQ(layout.chunk_end(2), 25U);
}

}  // namespace
}  // namespace factorize::jobs
