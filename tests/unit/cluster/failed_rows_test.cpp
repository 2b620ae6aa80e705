#include "cluster/failed_rows.hpp"

#include <gtest/gtest.h>

namespace factorize::cluster {
namespace {

using jobs::BlockSpan;

Work failed(BlockSpan blocks, std::uint32_t failures) {
    Work work;
    work.blocks = blocks;
    work.failures = failures;
    work.failed_by = {1, 2};
    work.text = "wrong sum";
    return work;
}

TEST(FailedRows, TellsWhichRowsATaskHasToLeaveEmpty) {
    FailedRows rows(100, {250});
    rows.give_up(120, {3, "x"});
    rows.give_up(399, {3, "y"});
    EXPECT_EQ(rows.given_up(), 2);
    EXPECT_EQ(rows.from({2, 1}), (std::vector<std::uint64_t>{250, 399}));
    EXPECT_EQ(rows.count_in({1, 2}), 2);
    EXPECT_EQ(rows.count_in({0, 1}), 0);
    EXPECT_EQ(rows.in({3, 1}).at(399).text, "y");
    EXPECT_EQ(rows.in({2, 1}).at(250).attempts, 0);
    EXPECT_EQ(rows.block_of(399), 3);
}

TEST(AfterFailure, TriesAgainAtFirst) {
    FailedRows rows(100, {});
    const auto next = after_failure(failed({0, 8}, 2), Limits{}, rows);
    ASSERT_EQ(next.size(), 1);
    EXPECT_EQ(next[0].blocks, (BlockSpan{0, 8}));
    EXPECT_EQ(next[0].failures, 2);
    EXPECT_EQ(next[0].failed_by, (std::vector{1, 2}));
}

TEST(AfterFailure, ThenCutsInTwo) {
    FailedRows rows(100, {});
    const auto next = after_failure(failed({10, 5}, 3), Limits{}, rows);
    ASSERT_EQ(next.size(), 2);
    EXPECT_EQ(next[0].blocks, (BlockSpan{10, 2}));
    EXPECT_EQ(next[1].blocks, (BlockSpan{12, 3}));
    EXPECT_EQ(next[1].failures, 0);
    EXPECT_TRUE(next[1].failed_by.empty());
}

TEST(AfterFailure, ThenGoesRowByRowAndAtLastGivesUp) {
    FailedRows rows(100, {});
    auto next = after_failure(failed({10, 1}, 3), Limits{}, rows);
    ASSERT_EQ(next.size(), 1);
    EXPECT_TRUE(next[0].row_by_row);
    EXPECT_EQ(next[0].failures, 0);
    Work work = failed({10, 1}, 8);
    work.row_by_row = true;
    EXPECT_EQ(after_failure(work, Limits{}, rows).size(), 1);
    work.failures = 9;
    EXPECT_TRUE(after_failure(work, Limits{}, rows).empty());
}

TEST(AfterFailure, ARowNamedOftenEnoughIsGivenUpAndNothingIsCut) {
    FailedRows rows(100, {});
    Work work = failed({10, 5}, 3);
    work.suspects = {{1003, 3}, {1207, 3}, {1208, 2}};
    const auto next = after_failure(work, Limits{}, rows);
    ASSERT_EQ(next.size(), 1);
    EXPECT_EQ(next[0].blocks, (BlockSpan{10, 5}));
    EXPECT_EQ(next[0].failures, 0);
    EXPECT_TRUE(next[0].suspects.empty());
    EXPECT_EQ(rows.from({10, 5}), (std::vector<std::uint64_t>{1003, 1207}));
    EXPECT_EQ(rows.in({10, 1}).at(1003).text, "wrong sum");
}

}  // namespace
}  // namespace factorize::cluster
