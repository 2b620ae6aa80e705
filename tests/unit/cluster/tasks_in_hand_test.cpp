#include "cluster/tasks_in_hand.hpp"

#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

namespace factorize::cluster {
namespace {

using jobs::TaskId;

Work work(std::uint64_t first, std::uint64_t count) {
    Work some;
    some.blocks = {first, count};
    return some;
}

Copy copy(int rank, double since = 0) {
    Copy some;
    some.rank = rank;
    some.since = since;
    return some;
}

TEST(TasksInHand, AWorkIsHeldUntilItsLastCopyIsReleased) {
    TasksInHand in_hand;
    const TaskId first = in_hand.hand_out(work(8, 4), copy(1));
    const TaskId second = in_hand.repeat(8, copy(2));
    EXPECT_EQ(in_hand.at(second).attempt, 2);
    EXPECT_EQ(in_hand.at(second).blocks, (jobs::BlockSpan{8, 4}));
    EXPECT_FALSE(in_hand.release(first, 2)) << "it is in the hands of rank 1";
    EXPECT_EQ(in_hand.held_by(1), std::vector{first});
    const auto released = in_hand.release(first, 1);
    ASSERT_TRUE(released);
    EXPECT_FALSE(in_hand.release(first, 1));
    EXPECT_FALSE(in_hand.orphan(*released)) << "rank 2 still holds it";
    EXPECT_EQ(in_hand.orphan(in_hand.release(second, 2).value())->attempts, 2);
}

TEST(TasksInHand, WhenOneCopyWinsTheOthersAreNotWanted) {
    TasksInHand in_hand;
    const TaskId first = in_hand.hand_out(work(0, 4), copy(1));
    const TaskId second = in_hand.repeat(0, copy(2));
    in_hand.hand_out(work(4, 4), copy(2));
    in_hand.finish(in_hand.release(second, 2).value());
    EXPECT_FALSE(in_hand.wanted_from(1));
    EXPECT_TRUE(in_hand.wanted_from(2));
    const auto late = in_hand.release(first, 1);
    EXPECT_FALSE(late->wanted);
    EXPECT_FALSE(in_hand.orphan(*late));
}

TEST(TasksInHand, StragglersAreThoseClearlyBehindTheEstimateTheLongestFirst) {
    const Limits limits;
    TaskSizer sizer(limits, 100, 1, 0);
    TasksInHand in_hand;
    const TaskId late = in_hand.hand_out(work(0, 4), copy(1, 2));
    const TaskId later = in_hand.hand_out(work(4, 4), copy(2, 1));
    Copy behind = copy(3, 1);  // 40 blocks wait before it
    behind.ahead = 40;
    in_hand.hand_out(work(8, 4), behind);
    in_hand.hand_out(work(12, 20), copy(4, 1));
    EXPECT_TRUE(in_hand.stragglers(sizer, limits, 1000).empty()) << "nothing is known yet";
    sizer.observe(5, 1, 0.25, 0);
    EXPECT_TRUE(in_hand.stragglers(sizer, limits, 3).empty());
    EXPECT_EQ(in_hand.stragglers(sizer, limits, 3.5), std::vector{later});
    EXPECT_EQ(in_hand.stragglers(sizer, limits, 4.5), (std::vector{later, late}));
    in_hand.forgive(1);
    EXPECT_EQ(in_hand.stragglers(sizer, limits, 4.5), std::vector{later});
    in_hand.repeat(4, copy(5, 5));
    EXPECT_TRUE(in_hand.stragglers(sizer, limits, 4.5).empty());
}

}  // namespace
}  // namespace factorize::cluster
