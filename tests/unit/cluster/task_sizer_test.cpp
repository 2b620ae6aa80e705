#include "cluster/task_sizer.hpp"

#include <cstdint>

#include <gtest/gtest.h>

namespace factorize::cluster {
namespace {

TEST(TaskSizer, BeginsWithTheSmallestTask) {
    EXPECT_EQ(TaskSizer(Limits{}, 1000000, 1, 0).size(1, 1000000, 8), 1);
    EXPECT_EQ(TaskSizer(Limits{}, 1000000, 25, 0).size(1, 1000000, 8), 25);
}

TEST(TaskSizer, KnowsNothingAtFirst) {
    TaskSizer sizer(Limits{}, 100, 1, 0);
    EXPECT_EQ(sizer.estimate_s(1), std::nullopt);
    sizer.observe(1, 2, 1.0, 0);
    EXPECT_DOUBLE_EQ(sizer.estimate_s(6).value(), 3.0);
}

TEST(TaskSizer, AimsAtTheTargetTimeByTheWorkersOwnPace) {
    TaskSizer sizer(Limits{}, 1000000, 1, 0);
    sizer.observe(1, 100, 1.0, 0);   // 10 ms a block
    sizer.observe(2, 100, 0.25, 0);  // 2.5 ms a block
    EXPECT_EQ(sizer.size(1, 1000000, 8), 50);
    EXPECT_EQ(sizer.size(2, 1000000, 8), 200);
    EXPECT_GT(sizer.size(3, 1000000, 8), 50);  // unheard of: the average
    EXPECT_LT(sizer.size(3, 1000000, 8), 200);
}

TEST(TaskSizer, FollowsAChangeOfCost) {
    TaskSizer sizer(Limits{}, 1000000, 1, 0);
    for (int i = 0; i < 20; ++i) sizer.observe(1, 100, 1.0, 0);
    for (int i = 0; i < 20; ++i) sizer.observe(1, 100, 10.0, 0);
    EXPECT_EQ(sizer.size(1, 1000000, 8), 5);
}

TEST(TaskSizer, GrowsAtMostFourfoldBeyondWhatWasMeasured) {
    TaskSizer sizer(Limits{}, 1000000, 1, 0);
    sizer.observe(1, 1, 1e-6, 0);
    EXPECT_EQ(sizer.size(1, 1000000, 8), 4);
    sizer.observe(1, 4, 0, 0);
    EXPECT_EQ(sizer.size(1, 1000000, 8), 16);
}

TEST(TaskSizer, ShrinksAtTheEndButNotBelowWhatAMessageIsWorth) {
    TaskSizer sizer(Limits{}, 10000, 1, 0);
    sizer.observe(1, 100, 0.2, 0);  // 2 ms a block: 250 for 0.5 s, 5 for 10 ms
    EXPECT_EQ(sizer.size(1, 5000, 8), 250);
    EXPECT_EQ(sizer.size(1, 1600, 8), 100);
    EXPECT_EQ(sizer.size(1, 160, 8), 10);
    EXPECT_EQ(sizer.size(1, 16, 8), 5);
    EXPECT_EQ(sizer.size(1, 3, 8), 3);
    EXPECT_EQ(sizer.size(1, 1, 8), 1);
}

TEST(TaskSizer, TheCertificatesMinimumYieldsOnlyToAShareForEverybody) {
    EXPECT_EQ(TaskSizer(Limits{}, 10000, 25, 0).size(1, 30, 8), 25);
    EXPECT_EQ(TaskSizer(Limits{}, 126, 1000, 0).size(1, 126, 7), 18);
    EXPECT_EQ(TaskSizer(Limits{}, 3, 1000, 0).size(1, 3, 7), 1);
}

TEST(TaskSizer, NeverExceedsTheBytesOfATask) {
    TaskSizer sizer(Limits{}, 1000000, 1, 0);
    sizer.observe(1, 100, 0.001, 100 << 20);  // 1 MiB a block
    EXPECT_EQ(sizer.size(1, 1000000, 8), 16);
    sizer.observe(1, 16, 0.001, 64 << 20);  // 4 MiB a block: believed at once
    EXPECT_EQ(sizer.size(1, 1000000, 8), 4);
    sizer.observe(1, 1, 0.001, 100 << 20);  // one block alone is too much: nothing smaller exists
    EXPECT_EQ(sizer.size(1, 1000000, 8), 1);
}

TEST(TaskSizer, NeverExceedsTheCallersMaximum) {
    TaskSizer sizer(Limits{}, 1000000, 50, 20);
    EXPECT_EQ(sizer.size(1, 1000000, 8), 20);
}

}  // namespace
}  // namespace factorize::cluster
