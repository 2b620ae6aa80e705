#include "app/orchestrator_loop.hpp"

#include <algorithm>
#include <cstdio>
#include <limits>
#include <numeric>
#include <optional>
#include <set>
#include <variant>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/clock.hpp"
#include "app/nap.hpp"
#include "app/signals.hpp"
#include "app/tell.hpp"
#include "app/text.hpp"
#include "jobs/error.hpp"

namespace factorize::app {
namespace {

// Of the two seconds that mpirun, told to end, leaves rank 0.
constexpr double farewell_s = 0.5;

std::vector<int> worker_ranks(int size) {
    std::vector<int> ranks(static_cast<std::size_t>(size == 1 ? 1 : size - 1));
    std::iota(ranks.begin(), ranks.end(), size == 1 ? 0 : 1);
    return ranks;
}

// Rank 0 alone cannot lose its own worker: both stand still together.
cluster::Limits limits_of(const transport::Environment& environment, cluster::Limits limits) {
    if (environment.size() == 1) limits.pulse_timeout_s = std::numeric_limits<double>::infinity();
    return limits;
}

}  // namespace

OrchestratorLoop::OrchestratorLoop(const transport::Environment& environment, const cluster::Limits& limits,
                                   unsigned threads, EventLog& log, Progress& progress)
    : limits_(limits_of(environment, limits)),
      log_(log),
      progress_(progress),
      mailbox_(transport::orchestrator_mailbox(environment)),
      orchestrator_(limits_, worker_ranks(environment.size()), *this, steady_seconds()) {
    if (environment.size() == 1)
        own_worker_ = std::make_unique<WorkerLoop>(transport::worker_mailbox(environment), limits_, threads);
}

void OrchestratorLoop::muster() {
    const double end = steady_seconds() + limits_.muster_s;
    const auto awaits = [](const auto& entry) { return entry.second.standing == cluster::Standing::awaited; };
    Nap nap;
    while (std::ranges::any_of(orchestrator_.workers(), awaits) && steady_seconds() < end) {
        step();
        nap.sleep();
    }
}

std::string OrchestratorLoop::hosts() const {
    std::set<std::string> names{transport::Environment::host()};
    for (const auto& [rank, member] : orchestrator_.workers())
        if (!member.host.empty()) names.insert(member.host);
    return fmt::format("{}", fmt::join(names, ","));
}

void OrchestratorLoop::run(Phase& phase, const std::string& name) {
    const StopDeferral deferral;
    const double start = steady_seconds();
    phase_ = &phase;
    for (const auto& [rank, member] : orchestrator_.workers())
        if (member.standing == cluster::Standing::active) mailbox_.send(rank, phase.job());
    const cluster::Job job = phase.job();
    orchestrator_.begin_phase(
        phase.plan(), [&](std::uint64_t block) { return phase.is_done(block); }, start);
    last_commit_ = start;
    const auto rows_done = [&] {
        return std::min(orchestrator_.blocks_done() * job.layout.block_rows, job.layout.rows);
    };
    progress_.begin(name, rows_done(), job.layout.rows, start);
    // Also before an error is told.
    const std::unique_ptr<Progress, void (*)(Progress*)> line(&progress_,
                                                              [](Progress* one) { one->clear(); });

    Nap nap;
    while (!orchestrator_.phase_done()) {
        step();
        if (idle_)
            nap.sleep();
        else
            nap.reset();
        const double now = steady_seconds();
        if (take_commit_request() || now - last_commit_ >= limits_.commit_interval_s) commit();
        if (progress_.is_due(now)) progress_.show(rows_done(), workers_at_work(), now);
        if (const std::string_view signal = take_stop_request(); !signal.empty()) {
            ignore_signals();
            commit();
            throw jobs::Stopped(fmt::format(
                "stopped by {} while {}: {} of {} numbers are saved; run again with --resume to go on",
                signal, name, rows_done(), job.layout.rows));
        }
        check_workers();
    }
    commit();
    phase_ = nullptr;
    if (const std::uint64_t abandoned = orchestrator_.counters().blocks_abandoned)
        throw jobs::ClusterError(
            fmt::format("no worker could solve {}; all others are saved: run again with --resume to "
                        "try them once more",
                        counted(abandoned, "block")));
}

std::size_t OrchestratorLoop::workers_at_work() const {
    return static_cast<std::size_t>(std::ranges::count_if(orchestrator_.workers(), [](const auto& entry) {
        return entry.second.standing == cluster::Standing::active;
    }));
}

void OrchestratorLoop::check_workers() {
    if (const auto reason = orchestrator_.hopeless()) {
        commit();
        throw jobs::ClusterError(*reason);
    }
    if (!orchestrator_.all_workers_gone()) return;
    commit();
    const auto left = std::ranges::count_if(orchestrator_.workers(), [](const auto& entry) {
        return entry.second.standing == cluster::Standing::gone;
    });
    if (left == 0)
        throw jobs::ClusterError(
            "all workers were lost; what they delivered is saved: run again with --resume");
    throw jobs::Stopped(fmt::format(
        "no worker is left: {} were told to leave, {} were lost; what they delivered is saved: run "
        "again with --resume",
        left, orchestrator_.counters().workers_lost));
}

void OrchestratorLoop::leave() {
    phase_ = nullptr;
    orchestrator_.stop(steady_seconds(), /*drop_running=*/true);
    const double end = steady_seconds() + farewell_s;
    Nap nap;
    while (!orchestrator_.everyone_gone() && steady_seconds() < end) {
        step();
        nap.sleep();
    }
    orchestrator_.close(steady_seconds());
}

void OrchestratorLoop::dismiss() {
    phase_ = nullptr;  // ended by an error, it may be gone
    orchestrator_.stop(steady_seconds());
    Nap nap;
    while (!orchestrator_.everyone_gone() || !mailbox_.all_sent() ||
           (own_worker_ && !own_worker_->finished())) {
        step();
        if (idle_)
            nap.sleep();
        else
            nap.reset();
    }
}

// One round of everything that can happen; never blocks.
void OrchestratorLoop::step() {
    idle_ = true;
    while (std::optional<transport::Envelope> envelope = mailbox_.poll()) {
        receive(std::move(*envelope));
        idle_ = false;
    }
    if (own_worker_ && own_worker_->step()) idle_ = false;
    orchestrator_.on_tick(steady_seconds());
}

void OrchestratorLoop::receive(transport::Envelope envelope) {
    const int rank = envelope.rank;
    const double now = steady_seconds();
    if (const auto* hello = std::get_if<cluster::RegisterWorker>(&envelope.message)) {
        if (phase_ != nullptr) mailbox_.send(rank, phase_->job());
        orchestrator_.on_register(rank, *hello, now);
    } else if (auto* results = std::get_if<cluster::DispatchResults>(&envelope.message)) {
        results->result.payload = std::move(envelope.payload);
        receive_results(rank, *results);
        mailbox_.reuse(std::move(results->result.payload));
    } else if (const auto* failed = std::get_if<cluster::TaskFailed>(&envelope.message)) {
        orchestrator_.on_task_failed(rank, *failed, now);
    } else if (const auto* pulse = std::get_if<cluster::WorkerPulse>(&envelope.message)) {
        orchestrator_.on_pulse(rank, *pulse, now);
    } else if (const auto* goodbye = std::get_if<cluster::UnregisterWorker>(&envelope.message)) {
        orchestrator_.on_unregister(rank, *goodbye, now);
    }
}

void OrchestratorLoop::receive_results(int rank, const cluster::DispatchResults& message) {
    const jobs::TaskResult& result = message.result;
    // What lost a race, maybe against the end of a phase, is not looked at.
    std::optional<results::CheckedResult> checked;
    if (phase_ != nullptr && orchestrator_.wants(rank, result.task)) {
        try {
            checked.emplace(phase_->check(result));
        } catch (const results::DamagedResult& error) {
            orchestrator_.on_task_failed(
                rank, {.task = result.task, .number = 0, .rows = {}, .text = error.what()}, steady_seconds());
            return;
        }
    }
    if (!orchestrator_.on_results(rank, message, steady_seconds()) || !checked) return;
    phase_->store(*checked, rank, message.attempt);
    uncommitted_.emplace_back(result.task,
                              jobs::BlockSpan{result.blocks.front().block, result.blocks.size()});
    if (limits_.commit_interval_s == 0) commit();  // not only when no more results wait
}

void OrchestratorLoop::commit() {
    last_commit_ = steady_seconds();
    if (uncommitted_.empty()) return;
    phase_->commit();
    for (const auto& [task, blocks] : uncommitted_) log_.write_commit(task, blocks);
    uncommitted_.clear();
}

void OrchestratorLoop::hand_out(int rank, const cluster::FactorsOf& task) {
    cluster::FactorsOf message = task;
    std::vector<std::byte> payload = phase_->payload(task.blocks);
    message.payload_bytes = payload.size();
    mailbox_.send(rank, message, std::move(payload));
}

void OrchestratorLoop::stop(int rank, const cluster::Stop& message) { mailbox_.send(rank, message); }

// It may only have been too slow: then it still reads that it is not wanted any more, and the job can end.
void OrchestratorLoop::abandon(int rank) {
    mailbox_.send(rank, cluster::Stop{.finish_running = false});
    mailbox_.abandon(rank);
}

void OrchestratorLoop::record_failure(std::uint64_t row, std::uint32_t attempts, const std::string& message) {
    if (phase_ != nullptr) phase_->record_failure(row, attempts, message);
}

void OrchestratorLoop::log(const cluster::Event& event) {
    log_.write(event);
    using Kind = cluster::Event::Kind;
    if (event.kind != Kind::worker_lost && event.kind != Kind::worker_distrusted &&
        event.kind != Kind::task_failed)
        return;
    progress_.clear();
    const std::string where = event.host.empty() ? fmt::format("rank {}", event.rank)
                                                 : fmt::format("rank {} on {}", event.rank, event.host);
    if (event.kind == Kind::worker_lost)
        tell("factorize: lost the worker of {} ({}); others do its work\n", where, event.text);
    else
        tell("factorize: {}: {}: {}\n", where, cluster::name(event.kind), event.text);
}

}  // namespace factorize::app
