// Workers that are lost or leave, and how a run ends.
#include <set>
#include <vector>

#include <gtest/gtest.h>

#include "unit/cluster/orchestrator_fixture.hpp"

namespace factorize::cluster {
namespace {

using jobs::BlockSpan;

TEST_F(OrchestratorTest, WhatALostWorkerHeldGoesToOthersFirst) {
    begin(2, 100);
    enter({1, 2});
    const auto held = orders.tasks_for(1);
    ASSERT_EQ(held.size(), 2);
    const auto others = orders.tasks_for(2);
    wait(11, {2});
    orders.expect_abandon(1);
    EXPECT_EQ(orders.events(Kind::worker_lost).at(0).rank, 1);
    EXPECT_EQ(logged(Kind::reassign), 2);
    EXPECT_EQ(orchestrator->counters().workers_lost, 1);

    EXPECT_TRUE(solve(2, others[0]));
    const auto again = orders.task_for(2);
    EXPECT_EQ(again.blocks, held[0].blocks);
    EXPECT_EQ(again.attempt, 2);
    EXPECT_FALSE(solve(1, held[0])) << "what still comes from it is ignored";
    fail(1, held[1]);
    enter({1});
    orchestrator->on_unregister(1, {}, now);
    EXPECT_EQ(logged(Kind::unregister_worker), 0);
    EXPECT_TRUE(solve(2, again));
    orders.ignore_all();
}

TEST_F(OrchestratorTest, RankZerosOwnStallIsNotTheWorkersSilence) {
    begin(1, 10);
    enter({1});
    orders.ignore_all();
    now += 60;
    orchestrator->on_tick(now);
    wait(9.5, {});
    EXPECT_EQ(logged(Kind::worker_lost), 0);
    wait(1, {});
    EXPECT_EQ(logged(Kind::worker_lost), 1);
    orders.expect_abandon(1);
}

TEST_F(OrchestratorTest, AnySignOfLifeCounts) {
    begin(1, 10);
    enter({1});
    orders.ignore_all();
    for (int i = 0; i < 100; ++i) {
        now += 1;
        orchestrator->on_sign_of_life(1, now);
        orchestrator->on_tick(now);
    }
    EXPECT_EQ(logged(Kind::worker_lost), 0);
}

TEST_F(OrchestratorTest, AllWorkersLostOnlyWhenNobodyMayCome) {
    limits.registration_timeout_s = 30;
    begin(2, 10);
    enter({1});
    orders.ignore_all();
    wait(11, {});
    orders.expect_abandon(1);
    EXPECT_FALSE(orchestrator->all_workers_gone());
    wait(20, {});
    EXPECT_TRUE(orchestrator->all_workers_gone());
    EXPECT_TRUE(orchestrator->everyone_gone());
    enter({2});  // later than late
    EXPECT_FALSE(orchestrator->all_workers_gone());
    EXPECT_GE(orders.tasks_for(2).size(), 1);
}

TEST_F(OrchestratorTest, AnEndThatCannotWaitLetsWorkersDropWhatTheyCompute) {
    begin(1, 10);
    enter({1});
    orders.ignore_all();
    orchestrator->stop(now, /*drop_running=*/true);
    orders.expect_stop(1, false);
    orchestrator->on_unregister(1, {5000, 1.5}, now);
    EXPECT_TRUE(orchestrator->everyone_gone());
    EXPECT_EQ(logged(Kind::reassign), 0);  // nobody gets it any more
}

TEST_F(OrchestratorTest, WorkersThatAllLeaveAreAsGoodAsLost) {
    begin(1, 10);
    enter({1});
    orders.ignore_all();
    orchestrator->on_unregister(1, {5000, 1.5}, now);
    EXPECT_TRUE(orchestrator->all_workers_gone());
    EXPECT_EQ(orchestrator->counters().workers_lost, 0);
    EXPECT_EQ(orchestrator->workers().at(1).peak_memory_bytes, 5000);
    EXPECT_DOUBLE_EQ(orchestrator->workers().at(1).busy_seconds, 1.5);
}

TEST_F(OrchestratorTest, AWorkerThatLeavesGivesItsTasksBack) {
    begin(2, 100);
    enter({1, 2});
    const auto held = orders.tasks_for(1);
    const auto others = orders.tasks_for(2);
    EXPECT_TRUE(solve(1, held[0]));
    orders.tasks_for(1);
    orchestrator->on_unregister(1, {}, now);
    EXPECT_TRUE(solve(2, others[0]));
    EXPECT_EQ(orders.task_for(2).blocks, held[1].blocks);
    EXPECT_FALSE(solve(1, held[1]));
    orders.ignore_all();
}

TEST_F(OrchestratorTest, OrderlyEndStopsEverybodyAndWaitsForTheirGoodbyes) {
    begin(2, 2);
    enter({1, 2});
    EXPECT_FALSE(orchestrator->phase_done());
    EXPECT_TRUE(solve(1, orders.task_for(1)));
    EXPECT_TRUE(solve(2, orders.task_for(2)));
    EXPECT_TRUE(orchestrator->phase_done());
    orchestrator->stop(now);
    orchestrator->stop(now);
    orders.expect_stop(1, false);
    orders.expect_stop(2, false);
    orchestrator->on_unregister(1, {}, now);
    EXPECT_FALSE(orchestrator->everyone_gone());
    orchestrator->on_unregister(2, {}, now);
    EXPECT_TRUE(orchestrator->everyone_gone());
    EXPECT_FALSE(orchestrator->all_workers_gone());
    EXPECT_EQ(logged(Kind::stop), 2);
}

TEST_F(OrchestratorTest, TheSlowerCopyIsNotWaitedFor) {
    begin(2, 2);
    enter({1, 2});
    orders.task_for(1);
    solve(2, orders.task_for(2));
    wait(2, {1, 2});
    EXPECT_TRUE(solve(2, orders.task_for(2)));
    orchestrator->stop(now);
    orders.expect_stop(1, false);
    orders.expect_stop(2, false);
}

TEST_F(OrchestratorTest, StoppedOnRequestItAcceptsWhatWasRunning) {
    begin(1, 100);
    enter({1});
    const auto tasks = orders.tasks_for(1);
    orchestrator->stop(now);
    orders.expect_stop(1, true);
    EXPECT_TRUE(solve(1, tasks[0]));
    orders.expect_nothing();  // and hands out nothing more
    orchestrator->on_unregister(1, {}, now);
    orchestrator->on_tick(now);
    EXPECT_TRUE(orchestrator->everyone_gone());
    EXPECT_FALSE(orchestrator->all_workers_gone());
}

TEST_F(OrchestratorTest, WhoRegistersAfterTheEndIsStoppedAtOnceAndWaitedFor) {
    begin(2, 1);
    enter({1});
    wait(1, {1});
    EXPECT_TRUE(solve(1, orders.task_for(1)));
    orchestrator->stop(now);
    orders.expect_stop(1, false);
    orchestrator->on_unregister(1, {}, now);
    EXPECT_FALSE(orchestrator->everyone_gone()) << "rank 2 may be about to send its first message";
    enter({2});
    orders.expect_stop(2, false);
    orchestrator->on_unregister(2, {}, now);
    EXPECT_TRUE(orchestrator->everyone_gone());
}

TEST_F(OrchestratorTest, EverySilentWorkerIsResolvedInTime) {
    begin(3, 1);
    enter({1, 2});
    EXPECT_TRUE(solve(1, orders.task_for(1)));
    orchestrator->stop(now);
    orders.ignore_all();
    orchestrator->on_unregister(1, {}, now);
    wait(11, {2});  // it pulses and does not leave
    orders.expect_abandon(2);
    EXPECT_TRUE(orchestrator->everyone_gone());
    EXPECT_EQ(logged(Kind::worker_lost), 2);
}

TEST_F(OrchestratorTest, CloseResolvesEverybodyAtOnce) {
    begin(2, 10);
    enter({1});
    orders.ignore_all();
    orchestrator->close(now);
    orders.expect_stop(1, true);
    orders.expect_abandon(1);
    EXPECT_TRUE(orchestrator->everyone_gone());
    EXPECT_EQ(logged(Kind::worker_lost), 2);
}

TEST_F(OrchestratorTest, DuplicatesAndStrangersAreDropped) {
    begin(2, 100);
    enter({1, 2});
    const auto task = orders.task_for(1);
    orders.ignore_all();
    EXPECT_FALSE(solve(2, task)) << "it is not in its hands";
    EXPECT_FALSE(solve(9, task)) << "nobody knows it";
    EXPECT_TRUE(solve(1, task));
    orders.ignore_all();
    EXPECT_FALSE(solve(1, task)) << "a second time";
    EXPECT_EQ(orchestrator->blocks_done(), 1);
    EXPECT_EQ(orchestrator->workers().at(1).blocks_done, 1);
}

TEST_F(OrchestratorTest, TheResultOfOtherBlocksIsAFailure) {
    begin(1, 100);
    enter({1});
    auto task = orders.task_for(1);
    orders.ignore_all();
    auto wrong = task;
    wrong.blocks.first += 1;
    EXPECT_FALSE(solve(1, wrong));
    EXPECT_EQ(logged(Kind::task_failed), 1);
    EXPECT_EQ(orders.task_for(1).blocks, task.blocks);
}

TEST_F(OrchestratorTest, WhatCostSeveralWorkersTheirLivesComesLast) {
    limits.max_attempts = 2;
    begin(3, 6);
    for (const int rank : {1, 2}) {
        enter({rank});
        ASSERT_EQ(orders.task_for(rank).blocks, (BlockSpan{0, 1}));
        orders.tasks_for(rank);
        wait(11, {});
        orders.expect_abandon(rank);
    }
    enter({3});
    std::vector<std::uint64_t> order;
    for (auto tasks = orders.tasks_for(3); !tasks.empty(); tasks = orders.tasks_for(3)) {
        for (const auto& task : tasks) {
            for (auto block = task.blocks.first; block < task.blocks.end(); ++block) order.push_back(block);
            EXPECT_TRUE(solve(3, task));
        }
    }
    EXPECT_TRUE(orchestrator->phase_done());
    ASSERT_EQ(order.size(), 6);
    EXPECT_EQ(std::set(order.end() - 2, order.end()), (std::set<std::uint64_t>{0, 1}));
}

TEST_F(OrchestratorTest, AnEmptyPhaseIsDone) {
    begin(1, 0);
    enter({1});
    EXPECT_TRUE(orchestrator->phase_done());
    EXPECT_FALSE(orchestrator->all_workers_gone());
}

TEST_F(OrchestratorTest, RankZeroAloneIsItsOwnWorker) {
    orchestrator = std::make_unique<Orchestrator>(limits, std::vector<int>{0}, orders, now);
    begin_phase(3);
    enter({0});
    for (int block = 0; block < 3; ++block) EXPECT_TRUE(solve(0, orders.task_for(0)));
    EXPECT_TRUE(orchestrator->phase_done());
    orders.ignore_all();
}

}  // namespace
}  // namespace factorize::cluster
