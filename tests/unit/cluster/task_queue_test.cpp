#include "cluster/task_queue.hpp"

#include <utility>

#include <gtest/gtest.h>

namespace factorize::cluster {
namespace {

using jobs::BlockSpan;

const auto none_done = [](std::uint64_t) { return false; };
const auto anyone = [](const Work&) { return true; };

TEST(TaskQueue, GivesRunsOfBlocksThatAreNotDone) {
    TaskQueue queue(10, [](std::uint64_t block) { return block == 0 || block == 4 || block == 9; });
    EXPECT_EQ(queue.remaining(), 7);
    EXPECT_EQ(queue.done(), 3);
    EXPECT_EQ(queue.take(2, anyone)->blocks, (BlockSpan{1, 2}));
    EXPECT_EQ(queue.take(8, anyone)->blocks, (BlockSpan{3, 1}));
    EXPECT_EQ(queue.take(8, anyone)->blocks, (BlockSpan{5, 4}));
    EXPECT_EQ(queue.take(8, anyone), std::nullopt);
    EXPECT_EQ(queue.remaining(), 0);
    queue.mark_done({1, 2});
    EXPECT_TRUE(queue.is_done(2));
    EXPECT_FALSE(queue.is_done(3));
    EXPECT_EQ(queue.done(), 5);
}

TEST(TaskQueue, AnEmptyOneGivesNothing) {
    EXPECT_FALSE(TaskQueue().take(1, anyone));
    EXPECT_FALSE(TaskQueue(3, [](std::uint64_t) { return true; }).take(1, anyone));
}

TEST(TaskQueue, WhatComesBackGoesFirstAndIsCutToSize) {
    TaskQueue queue(100, none_done);
    Work work = queue.take(10, anyone).value();
    work.attempts = 1;
    queue.give_back(std::move(work));
    EXPECT_EQ(queue.remaining(), 100);
    const Work front = queue.take(4, anyone).value();
    EXPECT_EQ(front.blocks, (BlockSpan{0, 4}));
    EXPECT_EQ(front.attempts, 1);
    EXPECT_EQ(queue.take(20, anyone)->blocks, (BlockSpan{4, 6}));
    EXPECT_EQ(queue.take(20, anyone)->blocks, (BlockSpan{10, 20}));
    EXPECT_EQ(queue.remaining(), 70);
}

TEST(TaskQueue, WorkWithFailuresKeepsItsBounds) {
    TaskQueue queue(100, none_done);
    Work work = queue.take(10, anyone).value();
    work.failures = 1;
    queue.give_back(std::move(work));
    EXPECT_EQ(queue.take(4, anyone)->blocks, (BlockSpan{0, 10}));
}

TEST(TaskQueue, SkipsWhatTheWorkerMayNotDo) {
    TaskQueue queue(20, none_done);
    Work work = queue.take(10, anyone).value();
    work.failed_by = {3};
    queue.give_back(std::move(work));
    const auto not_three = [](const Work& each) { return each.failed_by.empty(); };
    EXPECT_EQ(queue.take(10, not_three)->blocks, (BlockSpan{10, 10}));
    EXPECT_EQ(queue.take(10, not_three), std::nullopt);
    EXPECT_EQ(queue.remaining(), 10);
}

TEST(TaskQueue, DeadlyWorkComesLast) {
    TaskQueue queue(20, none_done);
    queue.give_back(queue.take(10, anyone).value(), true);
    EXPECT_EQ(queue.take(20, anyone)->blocks, (BlockSpan{10, 10}));
    EXPECT_EQ(queue.take(20, anyone)->blocks, (BlockSpan{0, 10}));
}

}  // namespace
}  // namespace factorize::cluster
