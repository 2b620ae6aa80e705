// What does a result cost the orchestrator, by the number of workers it has? README.md beside this file has
// the answer.

#include <cstdint>
#include <deque>
#include <numeric>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>

#include "cluster/orchestrator.hpp"

namespace {

using namespace factorize;

/// Keeps what was handed out, in order, and does nothing else.
class TasksGiven : public cluster::Orders {
public:
    void hand_out(int rank, const cluster::FactorsOf& task) override { tasks.emplace_back(rank, task.task); }
    void stop(int, const cluster::Stop&) override {}
    void abandon(int) override {}
    void record_failure(std::uint64_t, std::uint32_t, const std::string&) override {}
    void log(const cluster::Event&) override {}

    std::deque<std::pair<int, jobs::TaskId>> tasks;
};

constexpr double block_s = 0.5;  // tasks of one block
constexpr double now = 2;        // always: nobody is mustered any more, and nobody is late

class Cluster {
public:
    explicit Cluster(int workers) : ranks_(static_cast<std::size_t>(workers)) {
        std::iota(ranks_.begin(), ranks_.end(), 1);
    }

    /// @param blocks_a_worker  how long the job is
    void begin(std::uint64_t blocks_a_worker) {
        orders_.tasks.clear();
        orchestrator_.emplace(cluster::Limits{}, ranks_, orders_, 0.0);
        orchestrator_->begin_phase(
            {.blocks = blocks_a_worker * ranks_.size(),
             .block_rows = 1,
             .min_blocks = 1,
             .max_blocks = 1,
             .known_failed_rows = {}},
            [](std::uint64_t) { return false; }, 0.0);
        for (const int rank : ranks_)
            orchestrator_->on_register(rank, {.host = "node", .pid = rank, .capacity = 1}, 0.0);
    }

    /// The longest in hand comes back, and the loop goes round. @return false when nothing is left to do
    bool result() {
        if (orders_.tasks.empty()) return false;
        const auto [rank, task] = orders_.tasks.front();
        orders_.tasks.pop_front();
        orchestrator_->on_results(rank, task, block_s, 1000, now);
        orchestrator_->on_tick(now);
        return true;
    }

private:
    std::vector<int> ranks_;
    TasksGiven orders_;
    std::optional<cluster::Orchestrator> orchestrator_;
};

void workers(benchmark::internal::Benchmark* each) { each->RangeMultiplier(4)->Range(16, 4096); }

/// A result in the middle of a job: it is taken, and its worker gets the next task.
void result_in_the_middle(benchmark::State& state) {
    Cluster cluster(static_cast<int>(state.range(0)));
    constexpr std::uint64_t blocks_a_worker = 1000;
    std::uint64_t left = 0;
    for ([[maybe_unused]] auto _ : state) {
        if (left == 0) {
            state.PauseTiming();
            cluster.begin(blocks_a_worker);
            left = (blocks_a_worker - 10) * static_cast<std::uint64_t>(state.range(0));
            state.ResumeTiming();
        }
        --left;
        cluster.result();
    }
}
BENCHMARK(result_in_the_middle)->Apply(workers);

/// All workers' hellos, a job of two tasks each, and its end.
void short_job(benchmark::State& state) {
    Cluster cluster(static_cast<int>(state.range(0)));
    for ([[maybe_unused]] auto _ : state) {
        cluster.begin(2);
        while (cluster.result()) {
        }
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(short_job)->Apply(workers)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
