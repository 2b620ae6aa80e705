// An orchestrator with a hand-moved clock and a notebook for its orders.
#pragma once

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "cluster/orchestrator.hpp"
#include "support/recording_orders.hpp"

namespace factorize::cluster {

class OrchestratorTest : public testing::Test {
protected:
    using Kind = Event::Kind;

    /// Ranks 1..workers are expected; 10 rows a block.
    void begin(int workers, std::uint64_t blocks) {
        std::vector<int> expected;
        for (int rank = 1; rank <= workers; ++rank) expected.push_back(rank);
        orchestrator = std::make_unique<Orchestrator>(limits, expected, orders, now);
        begin_phase(blocks);
    }
    void begin_phase(std::uint64_t blocks) {
        Phase phase;
        phase.blocks = blocks;
        phase.block_rows = 10;
        orchestrator->begin_phase(
            phase, [](std::uint64_t) { return false; }, now);
    }
    void enter(std::initializer_list<int> ranks, std::uint32_t capacity = 1) {
        for (const int rank : ranks) orchestrator->on_register(rank, {"node", 100 + rank, capacity}, now);
    }
    bool solve(int rank, const FactorsOf& task, double seconds = 0.1) {
        DispatchResults message;
        message.result.task = task.task;
        message.result.seconds = seconds;
        for (std::uint64_t block = task.blocks.first; block < task.blocks.end(); ++block) {
            message.result.blocks.push_back({block, 10, 0, 0, 0, 0});
        }
        return orchestrator->on_results(rank, message, now);
    }
    void fail(int rank, const FactorsOf& task, const std::vector<std::uint64_t>& rows = {}) {
        orchestrator->on_task_failed(rank, {task.task, 0, rows, "wrong sum"}, now);
    }
    /// Time passes in steps rank 0 is not suspected of having slept through; only `alive` ranks pulse.
    void wait(double seconds, std::initializer_list<int> alive) {
        for (const double end = now + seconds; now < end;) {
            now = std::min(now + 0.5, end);
            for (const int rank : alive) orchestrator->on_pulse(rank, {}, now);
            orchestrator->on_tick(now);
        }
    }
    [[nodiscard]] std::size_t logged(Kind kind) const { return orders.events(kind).size(); }

    double now = 100;
    Limits limits;
    test::RecordingOrders orders;
    std::unique_ptr<Orchestrator> orchestrator;
};

}  // namespace factorize::cluster
