// Who gets which task, and when.
#include <gtest/gtest.h>

#include "unit/cluster/orchestrator_fixture.hpp"

namespace factorize::cluster {
namespace {

using jobs::BlockSpan;
using HandOut = OrchestratorTest;

TEST_F(HandOut, NobodyGetsAnythingBeforeItRegistered) {
    begin(2, 100);
    orchestrator->on_tick(now);
    orders.expect_nothing();
    enter({2});
    EXPECT_EQ(orders.task_for(2).blocks, (BlockSpan{0, 1}));
    EXPECT_EQ(orders.task_for(2).blocks, (BlockSpan{1, 1}));
    orders.expect_nothing();
    EXPECT_EQ(orders.events(Kind::register_worker).at(0).pid, 102);
    EXPECT_EQ(logged(Kind::factors_of), 2);
}

TEST_F(HandOut, OneTaskMoreThanThereAreThreads) {
    begin(1, 1000);
    enter({1}, 3);
    auto tasks = orders.tasks_for(1);
    ASSERT_EQ(tasks.size(), 4);
    EXPECT_TRUE(solve(1, tasks[0]));
    EXPECT_EQ(orders.tasks_for(1).size(), 1);
}

TEST_F(HandOut, TasksHaveNumbersOfTheirOwnAndSkipWhatIsDone) {
    orchestrator = std::make_unique<Orchestrator>(limits, std::vector<int>{1}, orders, now);
    Phase phase;
    phase.blocks = 10;
    phase.min_blocks = 3;
    orchestrator->begin_phase(
        phase, [](std::uint64_t block) { return block < 2 || block == 4; }, now);
    EXPECT_EQ(orchestrator->blocks_done(), 3);
    enter({1});
    const auto tasks = orders.tasks_for(1);
    ASSERT_EQ(tasks.size(), 2);
    EXPECT_EQ(tasks[0].blocks, (BlockSpan{2, 2}));
    EXPECT_EQ(tasks[1].blocks, (BlockSpan{5, 3}));
    EXPECT_EQ(tasks[0].task, jobs::TaskId{1});
    EXPECT_EQ(tasks[1].task, jobs::TaskId{2});
    EXPECT_EQ(tasks[1].attempt, 1);
}

TEST_F(HandOut, TheShareOfThoseStillToRegisterIsKeptForAMoment) {
    begin(4, 8);
    enter({1});
    const auto tasks = orders.tasks_for(1);
    ASSERT_EQ(tasks.size(), 2);  // 2 of 8: the share of one of four
    for (const auto& task : tasks) EXPECT_TRUE(solve(1, task, 1e-6));
    orders.expect_nothing();
    enter({2});
    const auto more = orders.tasks_for(2);
    ASSERT_GE(more.size(), 1);  // the newcomer comes first
    orders.ignore_all();
    wait(1, {1, 2});
    EXPECT_GE(orders.tasks_for(1).size(), 1);
    orders.ignore_all();
}

TEST_F(HandOut, ALateComerIsWelcome) {
    begin(2, 1000);
    enter({1});
    orders.ignore_all();
    wait(15, {1});
    EXPECT_EQ(orders.events(Kind::worker_lost).at(0).rank, 2);
    EXPECT_EQ(orchestrator->counters().workers_lost, 1);
    enter({2});
    EXPECT_EQ(orders.tasks_for(2).size(), 2);
    EXPECT_EQ(orchestrator->counters().workers_lost, 0);
    orders.ignore_all();
}

TEST_F(HandOut, SoIsOneNobodyExpected) {
    begin(1, 1000);
    enter({5});
    EXPECT_EQ(orders.tasks_for(5).size(), 2);
}

TEST_F(HandOut, NothingIsHeldInReserveInTheLastRound) {
    begin(2, 2);
    enter({1, 2});
    EXPECT_EQ(orders.tasks_for(1).size(), 1);
    EXPECT_EQ(orders.tasks_for(2).size(), 1);
}

TEST_F(HandOut, AnIdleWorkerRepeatsWhatTakesClearlyTooLong) {
    begin(2, 2);
    enter({1, 2});
    const auto slow = orders.task_for(1);
    EXPECT_TRUE(solve(2, orders.task_for(2), 0.8));
    wait(1.5, {1, 2});
    orders.expect_nothing();  // less than twice the 0.8 s that a block takes
    wait(0.5, {1, 2});
    const auto repeat = orders.task_for(2);
    EXPECT_EQ(repeat.blocks, slow.blocks);
    EXPECT_EQ(repeat.attempt, 2);
    EXPECT_NE(repeat.task, slow.task);
    EXPECT_EQ(orders.events(Kind::reassign).at(0).rank, 1);
    EXPECT_EQ(orchestrator->counters().tasks_reassigned, 1);
    wait(5, {1, 2});
    orders.expect_nothing();  // one repeat at a time

    EXPECT_TRUE(solve(2, repeat));
    EXPECT_TRUE(orchestrator->phase_done());
    EXPECT_FALSE(solve(1, slow));
    EXPECT_EQ(orchestrator->counters().results_dropped, 1);
    EXPECT_EQ(orchestrator->blocks_done(), 2);
    EXPECT_FALSE(orders.events(Kind::dispatch_results).at(2).text.empty());
}

TEST_F(HandOut, TheFirstOfTwoCopiesMayAlsoBeTheSlowOne) {
    begin(2, 2);
    enter({1, 2});
    const auto slow = orders.task_for(1);
    solve(2, orders.task_for(2));
    wait(2, {1, 2});
    const auto repeat = orders.task_for(2);
    EXPECT_TRUE(solve(1, slow));
    EXPECT_FALSE(solve(2, repeat));
}

TEST_F(HandOut, ACopyThatFailsOrIsLostLeavesTheOtherAlone) {
    begin(3, 2);
    enter({1, 2});
    now += 1;  // nobody waits for rank 3 any more
    const auto slow = orders.task_for(1);
    orchestrator->on_tick(now);
    solve(2, orders.task_for(2));
    wait(2, {1, 2});
    const auto repeat = orders.task_for(2);
    fail(2, repeat);
    orders.expect_nothing();
    wait(11, {1});  // rank 2 is lost: its task is nobody's any more
    orders.expect_abandon(2);
    EXPECT_TRUE(solve(1, slow));
}

TEST_F(HandOut, AJobWithoutAnyResultYetHasNoStragglers) {
    begin(2, 1);
    enter({1, 2});
    const auto task = orders.task_for(1);
    wait(60, {1, 2});
    orders.expect_nothing();
    EXPECT_TRUE(solve(1, task));
}

TEST_F(HandOut, AListHasTwoPhasesWithTheSameWorkers) {
    begin(2, 2);
    enter({1, 2});
    const auto slow = orders.task_for(1);
    solve(2, orders.task_for(2));
    wait(2, {1, 2});
    EXPECT_TRUE(solve(2, orders.task_for(2)));
    ASSERT_TRUE(orchestrator->phase_done());
    begin_phase(5);
    EXPECT_FALSE(orchestrator->phase_done());
    EXPECT_EQ(orders.tasks_for(1).size(), 1);  // it is still at the slow one
    EXPECT_EQ(orders.tasks_for(2).size(), 2);
    EXPECT_FALSE(solve(1, slow)) << "a result of the first phase";
    EXPECT_EQ(orders.tasks_for(1).size(), 1);
}

}  // namespace
}  // namespace factorize::cluster
