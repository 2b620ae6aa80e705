// The compute threads of a worker, apart from the thread that speaks MPI: a pulse never waits for a hard
// number.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <variant>
#include <vector>

#include "cluster/job.hpp"
#include "cluster/messages.hpp"

namespace factorize::app {

/// What became of a task: its result, or why there is none.
struct Outcome {
    std::variant<cluster::DispatchResults, cluster::TaskFailed> message;
    double seconds = 0;  ///< spent by the compute thread
};

class ComputePool {
public:
    explicit ComputePool(unsigned threads);
    /// Waits for running tasks; drops those not begun.
    ~ComputePool();
    ComputePool(const ComputePool&) = delete;
    ComputePool& operator=(const ComputePool&) = delete;

    /// Queues a task. @param job  the job it belongs to; threads keep their sieve while it stays the same
    /// object @param room  memory for the result's payload, if there is some to be reused
    void submit(std::shared_ptr<const cluster::Job> job, cluster::FactorsOf task,
                std::vector<std::byte> payload, std::vector<std::byte> room = {});

    /// A finished task; none if there is none now.
    [[nodiscard]] std::optional<Outcome> poll();

    /// Grows while any thread gets on.
    [[nodiscard]] std::uint64_t progress() const { return progress_; }

private:
    struct Order {
        std::shared_ptr<const cluster::Job> job;
        cluster::FactorsOf task;
        std::vector<std::byte> payload;
        std::vector<std::byte> room;
    };
    void work();

    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Order> orders_;
    std::deque<Outcome> outcomes_;
    bool closing_ = false;
    std::atomic<std::uint64_t> progress_{0};
    std::vector<std::thread> threads_;
};

}  // namespace factorize::app
