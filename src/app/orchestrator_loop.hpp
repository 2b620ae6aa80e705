// Rank 0: the orchestrator's mind, its post and the store of results, wired.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "app/event_log.hpp"
#include "app/phase.hpp"
#include "app/progress.hpp"
#include "app/worker_loop.hpp"
#include "cluster/limits.hpp"
#include "cluster/orchestrator.hpp"
#include "transport/environment.hpp"
#include "transport/mailbox.hpp"

namespace factorize::app {

class OrchestratorLoop : private cluster::Orders {
public:
    /// With one rank in all, rank 0 is its own only worker.
    /// @param threads  compute threads of that worker
    OrchestratorLoop(const transport::Environment& environment, const cluster::Limits& limits,
                     unsigned threads, EventLog& log, Progress& progress);

    /// Waits until every rank has registered, though no longer than Limits::muster_s.
    void muster();

    /// The hosts of rank 0 and of the registered workers, each once.
    [[nodiscard]] std::string hosts() const;

    /// Runs a phase until every block of it is stored and committed.
    /// ClusterError: all workers lost, or they fail at everything; what was stored is committed. Stopped: on
    /// request (signals.hpp), or all workers were told to leave.
    void run(Phase& phase, const std::string& name);

    /// Stops the workers and waits until each has unregistered or is lost.
    void dismiss();

    /// An end that cannot wait: tells the workers to drop what they do, and gives them a moment to
    /// unregister.
    void leave();

    [[nodiscard]] const cluster::Orchestrator& state() const { return orchestrator_; }

private:
    void step();
    void receive(transport::Envelope envelope);
    void receive_results(int rank, const cluster::DispatchResults& message);
    void commit();
    [[nodiscard]] std::size_t workers_at_work() const;
    void check_workers();

    void hand_out(int rank, const cluster::FactorsOf& task) override;
    void stop(int rank, const cluster::Stop& message) override;
    void abandon(int rank) override;
    void record_failure(std::uint64_t row, std::uint32_t attempts, const std::string& message) override;
    void log(const cluster::Event& event) override;

    cluster::Limits limits_;
    EventLog& log_;
    Progress& progress_;
    transport::Mailbox mailbox_;
    cluster::Orchestrator orchestrator_;
    std::unique_ptr<WorkerLoop> own_worker_;
    Phase* phase_ = nullptr;
    std::vector<std::pair<jobs::TaskId, jobs::BlockSpan>> uncommitted_;
    double last_commit_ = 0;
    bool idle_ = true;
};

}  // namespace factorize::app
