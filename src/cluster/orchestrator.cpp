#include "cluster/orchestrator.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace factorize::cluster {

namespace {

bool covers(const std::vector<jobs::BlockResult>& results, jobs::BlockSpan blocks) {
    if (results.size() != blocks.count) return false;
    return std::ranges::all_of(results, [next = blocks.first](const jobs::BlockResult& result) mutable {
        return result.block == next++;
    });
}

}  // namespace

Orchestrator::Orchestrator(const Limits& limits, std::span<const int> expected, Orders& orders, double now)
    : limits_(limits),
      orders_(orders),
      members_(limits, expected, now),
      sizer_(limits, 0, 1, 0),
      last_tick_(now) {}

void Orchestrator::begin_phase(const Phase& phase, const std::function<bool(std::uint64_t)>& done,
                               double now) {
    assert(phase_done() && !stopping_ && phase.block_rows > 0);
    queue_ = TaskQueue(phase.blocks, done);
    phase_blocks_ = queue_.remaining();
    phase_abandoned_ = 0;
    sizer_ = TaskSizer(limits_, phase_blocks_, phase.min_blocks, phase.max_blocks);
    failed_rows_ = FailedRows(phase.block_rows, phase.known_failed_rows);
    dispatch(now);
}

void Orchestrator::on_register(int rank, const RegisterWorker& message, double now) {
    const auto known = members_.all().find(rank);
    const bool counted_lost = known != members_.all().end() && known->second.standing == Standing::absent;
    if (!members_.enter(rank, message, now)) return;
    if (counted_lost) --counters_.workers_lost;
    Member& member = members_.at(rank);
    Event event(Event::Kind::register_worker, rank);
    event.host = member.host;
    event.pid = member.pid;
    event.capacity = member.capacity;
    orders_.log(event);
    if (stopping_) {
        send_stop(rank, member, now);
        return;
    }
    // The newcomer first: its share was kept for it, and the others have had theirs.
    feed(rank, member, false, sharing(now), now);
    dispatch(now);
}

bool Orchestrator::wants(int rank, jobs::TaskId task) const {
    const Copy* const copy = in_hand_.find(task, rank);
    return copy != nullptr && copy->wanted;
}

bool Orchestrator::on_results(int rank, const DispatchResults& message, double now) {
    const jobs::TaskResult& result = message.result;
    const Copy* const copy = in_hand_.find(result.task, rank);
    if (copy != nullptr && !covers(result.blocks, copy->blocks)) {
        on_task_failed(rank, {result.task, 0, {}, "the result is not that of the blocks asked for"}, now);
        return false;
    }
    return on_results(rank, result.task, result.seconds, message.payload_bytes, now);
}

bool Orchestrator::on_results(int rank, jobs::TaskId task, double seconds, std::uint64_t payload_bytes,
                              double now) {
    Member* const member = members_.heard(rank, now);
    const auto copy = member != nullptr ? release(rank, task) : std::nullopt;
    if (!copy) {
        ++counters_.results_dropped;
        return false;
    }
    Event event = event_of(Event::Kind::dispatch_results, task, *copy);
    event.seconds = seconds;
    event.bytes = payload_bytes;
    if (!copy->wanted) {
        event.text = "not wanted: another worker was faster";
    } else if (failed_rows_.count_in(copy->blocks) != copy->failed_rows) {
        event.text = "not wanted: a row of it was given up meanwhile";
    }
    orders_.log(event);
    const bool accepted = event.text.empty();
    if (accepted) {
        accept(rank, *member, *copy, seconds, payload_bytes);
        refill(rank, *member, now);
    } else {
        ++counters_.results_dropped;
        // The blocks before it were stored with that row empty, so it has to be empty here too.
        if (auto work = in_hand_.orphan(*copy)) {
            reassigned(task, *copy, event.text);
            queue_.give_back(std::move(*work));
        }
        dispatch(now);
    }
    return accepted;
}

void Orchestrator::on_task_failed(int rank, const TaskFailed& message, double now) {
    const Member* const member = members_.heard(rank, now);
    if (member == nullptr) return;
    const auto copy = release(rank, message.task);
    if (!copy) return;
    ++counters_.tasks_failed;
    Event event = event_of(Event::Kind::task_failed, message.task, *copy);
    event.host = member->host;
    event.text = message.text;
    orders_.log(event);
    if (copy->wanted) fail(rank, message, *copy);
    dispatch(now);
}

void Orchestrator::on_pulse(int rank, const WorkerPulse& /*message*/, double now) {
    on_sign_of_life(rank, now);
}

void Orchestrator::on_sign_of_life(int rank, double now) { members_.heard(rank, now); }

void Orchestrator::on_unregister(int rank, const UnregisterWorker& message, double now) {
    Member* const member = members_.heard(rank, now);
    if (member == nullptr) return;
    members_.leave(*member, message);
    Event event(Event::Kind::unregister_worker, rank);
    event.seconds = message.busy_seconds;
    event.bytes = message.peak_memory_bytes;
    orders_.log(event);
    take_back(rank, "the worker left", false);
    dispatch(now);
}

void Orchestrator::on_tick(double now) {
    const double gap = now - last_tick_;
    last_tick_ = now;
    if (gap > limits_.pulse_timeout_s / 2) {
        members_.forgive(gap, now);
        in_hand_.forgive(gap);
    }
    if (members_.registration_over(now)) {
        for (const int rank : members_.ranks(Standing::awaited)) {
            lose(rank, "never registered", Standing::absent);
        }
    }
    for (const int rank : members_.silent(now)) lose(rank, "no sign of life", Standing::lost);
    for (const int rank : members_.undrained(now)) lose(rank, "did not stop in time", Standing::lost);
    dispatch(now);
    repeat_stragglers(now);
}

void Orchestrator::stop(double now, bool drop_running) {
    if (stopping_) return;
    stopping_ = true;
    dropping_ = drop_running;
    for (const int rank : members_.ranks(Standing::active)) send_stop(rank, members_.at(rank), now);
}

void Orchestrator::close(double now) {
    stop(now);
    for (const int rank : members_.ranks(Standing::active))
        lose(rank, "did not stop in time", Standing::lost);
    for (const int rank : members_.ranks(Standing::awaited)) lose(rank, "never registered", Standing::absent);
}

bool Orchestrator::phase_done() const { return queue_.done() + phase_abandoned_ == queue_.blocks(); }

bool Orchestrator::everyone_gone() const {
    return !members_.any(Standing::active) && !members_.any(Standing::awaited);
}

bool Orchestrator::all_workers_gone() const { return !stopping_ && !phase_done() && everyone_gone(); }

std::optional<std::string> Orchestrator::hopeless() const {
    if (counters_.blocks_abandoned >= limits_.max_abandoned_blocks) {
        return std::to_string(counters_.blocks_abandoned) +
               " blocks could not be solved by any worker; the last failure: " + last_failure_;
    }
    if (failed_rows_.given_up() > limits_.max_failed_rows) {
        return std::to_string(failed_rows_.given_up()) +
               " numbers failed on every worker; the last failure: " + last_failure_;
    }
    return std::nullopt;
}

void Orchestrator::send_stop(int rank, Member& member, double now) {
    member.told_to_stop_at = now;
    orders_.log(Event(Event::Kind::stop, rank));
    orders_.stop(rank, Stop{!dropping_ && in_hand_.wanted_from(rank)});
}

}  // namespace factorize::cluster
