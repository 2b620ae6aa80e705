#include "cluster/worker.hpp"

#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "support/recording_worker_orders.hpp"

namespace factorize::cluster {
namespace {

FactorsOf task(std::uint64_t id) {
    FactorsOf message;
    message.task = jobs::TaskId{id};
    message.blocks = {id, 1};
    return message;
}

DispatchResults solved(std::uint64_t id, double seconds) {
    DispatchResults message;
    message.result.task = jobs::TaskId{id};
    message.result.seconds = seconds;
    return message;
}

class WorkerTest : public testing::Test {
protected:
    void start(std::uint32_t capacity) {
        worker.emplace(Limits{}, RegisterWorker{"node", 1, capacity}, orders);
        worker->start(0);
        orders.expect({"register node " + std::to_string(capacity)});
    }

    test::RecordingWorkerOrders orders;
    std::optional<Worker> worker;
};

TEST_F(WorkerTest, ComputesAsManyTasksAsItHasThreadsAndKeepsTheRestInOrder) {
    start(2);
    for (const std::uint64_t id : {1U, 2U, 3U, 4U}) worker->on_factors_of(task(id), 0);
    orders.expect({"compute 1", "compute 2"});
    worker->on_solved(solved(2, 0.5), 1);
    orders.expect({"results 2", "compute 3"});
    worker->on_failed({jobs::TaskId{1}, 0, {}, "oops"}, 0.25, 1);
    orders.expect({"failed 1 oops", "compute 4"});
}

TEST_F(WorkerTest, PulsesWhileIdleAndWhileProgressIsMadeButNotWhenAThreadHangs) {
    start(1);
    worker->on_tick(0, 0.5);
    orders.expect({});
    worker->on_tick(0, 1);
    orders.expect({"pulse 0"});
    worker->on_factors_of(task(1), 1);
    orders.expect({"compute 1"});
    worker->on_tick(7, 2);
    orders.expect({"pulse 7"});
    worker->on_tick(7, 3);
    worker->on_tick(7, 100);
    orders.expect({});
    worker->on_tick(8, 100.1);
    orders.expect({"pulse 8"});
    worker->on_solved(solved(1, 99), 100.2);
    worker->on_tick(8, 101.2);
    orders.expect({"results 1", "pulse 8"});
}

TEST_F(WorkerTest, OnStopFinishesWhatRunsDropsTheRestAndSaysGoodbye) {
    start(1);
    worker->on_factors_of(task(1), 0);
    worker->on_factors_of(task(2), 0);
    worker->on_stop({}, 1);
    worker->on_factors_of(task(3), 1);
    orders.expect({"compute 1"});
    EXPECT_FALSE(worker->finished());
    worker->on_tick(1, 2);
    orders.expect({"pulse 1"});  // alive while it finishes
    worker->on_solved(solved(1, 3.5), 4);
    orders.expect({"results 1", "unregister"});
    EXPECT_TRUE(worker->finished());
    EXPECT_DOUBLE_EQ(orders.busy_seconds, 3.5);
    worker->on_tick(1, 10);
    worker->on_stop({}, 10);
    worker->leave(10);
}

TEST_F(WorkerTest, OnStopLeavesAtOnceWhenIdle) {
    start(1);
    worker->on_stop({}, 1);
    orders.expect({"unregister"});
}

TEST_F(WorkerTest, OnStopLeavesAtOnceWhenWhatRunsIsNotWanted) {
    start(1);
    worker->on_factors_of(task(1), 0);
    worker->on_stop({false}, 1);
    orders.expect({"compute 1", "unregister"});
    worker->on_solved(solved(1, 3.5), 4);
    worker->on_failed({jobs::TaskId{1}, 0, {}, ""}, 1, 4);
    orders.expect({});
}

TEST_F(WorkerTest, ToldToLeaveFinishesAndIgnoresNewTasks) {
    start(2);
    worker->on_factors_of(task(1), 0);
    worker->on_factors_of(task(2), 0);
    worker->leave(1);
    worker->on_factors_of(task(3), 1);
    worker->on_solved(solved(1, 1), 2);
    orders.expect({"compute 1", "compute 2", "results 1"});
    worker->on_failed({jobs::TaskId{2}, 0, {}, "oops"}, 1.5, 2);
    orders.expect({"failed 2 oops", "unregister"});
    EXPECT_DOUBLE_EQ(orders.busy_seconds, 2.5);
}

TEST_F(WorkerTest, AStopThatDoesNotWaitOvertakesOneThatDoes) {
    start(1);
    worker->on_factors_of(task(1), 0);
    worker->leave(1);
    orders.expect({"compute 1"});
    worker->on_stop({false}, 2);
    orders.expect({"unregister"});
}

}  // namespace
}  // namespace factorize::cluster
