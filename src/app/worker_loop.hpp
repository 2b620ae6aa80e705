// A worker rank: its mind (cluster::Worker), its post and its compute threads, wired.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "app/compute_pool.hpp"
#include "cluster/job.hpp"
#include "cluster/limits.hpp"
#include "cluster/worker.hpp"
#include "transport/guard.hpp"
#include "transport/mailbox.hpp"

namespace factorize::app {

class WorkerLoop : private cluster::WorkerOrders {
public:
    /// Registers with rank 0. @param threads  its capacity
    WorkerLoop(transport::Mailbox mailbox, const cluster::Limits& limits, unsigned threads,
               transport::GuardLine guard = {});

    /// One round; never blocks. @return whether anything happened
    bool step();

    /// Finishes what is being computed, and unregisters.
    void leave();

    /// Unregistered, and every message that rank 0 still wants has left.
    [[nodiscard]] bool finished();

private:
    void receive(transport::Envelope envelope);

    void register_worker(const cluster::RegisterWorker& message) override;
    void compute(const cluster::FactorsOf& task) override;
    void dispatch_results(cluster::DispatchResults message) override;
    void task_failed(const cluster::TaskFailed& message) override;
    void pulse(const cluster::WorkerPulse& message) override;
    void unregister(const cluster::UnregisterWorker& message) override;

    void tick_guard();

    cluster::Limits limits_;
    transport::Mailbox mailbox_;
    transport::GuardLine guard_;
    double last_tick_ = 0;
    std::shared_ptr<const cluster::Job> job_;
    struct Waiting {
        std::shared_ptr<const cluster::Job> job;
        std::vector<std::byte> payload;
    };
    std::map<jobs::TaskId, Waiting> waiting_;  // tasks in hand that no compute thread has begun
    ComputePool pool_;
    cluster::Worker worker_;
    bool unwanted_ = false;  // nothing of this worker is received any more
};

/// Runs a worker rank to its end.
void run_worker(transport::Mailbox mailbox, const cluster::Limits& limits, unsigned threads,
                transport::GuardLine guard = {});

}  // namespace factorize::app
