// The orchestrator's taking half: what becomes of a task that is solved, that failed, or whose worker is
// gone.
#include <algorithm>
#include <set>
#include <utility>

#include "cluster/orchestrator.hpp"

namespace factorize::cluster {

void Orchestrator::accept(int rank, Member& member, const Copy& copy, double seconds, std::uint64_t bytes) {
    const Work work = in_hand_.finish(copy);
    queue_.mark_done(copy.blocks);
    sizer_.observe(rank, copy.blocks.count, seconds, bytes);
    ++member.tasks_done;
    member.blocks_done += copy.blocks.count;
    member.busy_seconds += seconds;
    member.strikes = 0;
    for (const auto& [row, failed] : failed_rows_.in(copy.blocks)) {
        if (failed.attempts == 0) continue;
        ++counters_.rows_failed;
        orders_.record_failure(row, failed.attempts, failed.text);
    }
    for (const int loser : work.failed_by) {
        if (loser != rank) strike(loser);
    }
}

void Orchestrator::strike(int rank) {
    Member& member = members_.at(rank);
    if (++member.strikes != limits_.max_strikes || member.standing != Standing::active) return;
    Event event(Event::Kind::worker_distrusted, rank);
    event.host = member.host;
    event.text = "failed " + std::to_string(member.strikes) + " tasks in a row that others solved";
    orders_.log(event);
}

void Orchestrator::fail(int rank, const TaskFailed& message, const Copy& copy) {
    last_failure_ = message.text;
    Work& work = in_hand_.work(copy);
    ++work.failures;
    work.text = message.text;
    if (std::ranges::find(work.failed_by, rank) == work.failed_by.end()) work.failed_by.push_back(rank);
    for (const std::uint64_t row : std::set(message.rows.begin(), message.rows.end())) {  // each counts once
        // A row before the span is none of its business, and one whose own block is stored is proved to be
        // good: the fault must be elsewhere.
        const std::uint64_t block = failed_rows_.block_of(row);
        const bool possible = block >= copy.blocks.first && block < queue_.blocks() && !queue_.is_done(block);
        if (possible && !failed_rows_.contains(row)) ++work.suspects[row];
    }
    auto orphan = in_hand_.orphan(copy);
    if (!orphan) return;  // a second worker is at it: its answer decides
    // A new round, in which whoever failed it last is not the first again.
    if (!others_may_do(*orphan)) orphan->failed_by = {rank};
    auto next = after_failure(std::move(*orphan), limits_, failed_rows_);
    if (next.empty()) {
        ++phase_abandoned_;
        ++counters_.blocks_abandoned;
        Event event(Event::Kind::block_abandoned, -1);
        event.blocks = copy.blocks;
        event.text = message.text;
        orders_.log(event);
        return;
    }
    reassigned(message.task, copy, "it failed");
    for (auto each = next.rbegin(); each != next.rend(); ++each) queue_.give_back(std::move(*each));
}

void Orchestrator::take_back(int rank, const std::string& why, bool lost) {
    const std::vector<jobs::TaskId> held = in_hand_.held_by(rank);
    for (auto task = held.rbegin(); task != held.rend(); ++task) {  // so that the first comes to the front
        const auto copy = release(rank, *task);
        auto work = in_hand_.orphan(*copy);
        if (!work) continue;
        if (!stopping_) reassigned(*task, *copy, why);
        if (lost) ++work->losses;
        // It may be what kills them: let the rest of the job be saved before it gets the next one.
        const bool deadly = work->losses >= limits_.max_attempts;
        queue_.give_back(std::move(*work), deadly);
    }
}

void Orchestrator::lose(int rank, const std::string& why, Standing standing) {
    members_.at(rank).standing = standing;
    ++counters_.workers_lost;
    Event event(Event::Kind::worker_lost, rank);
    event.host = members_.at(rank).host;
    event.text = why;
    orders_.log(event);
    if (standing == Standing::absent) return;
    orders_.abandon(rank);
    take_back(rank, "the worker was lost", true);
}

void Orchestrator::reassigned(jobs::TaskId task, const Copy& copy, const std::string& why) {
    ++counters_.tasks_reassigned;
    Event event = event_of(Event::Kind::reassign, task, copy);
    event.text = why;
    orders_.log(event);
}

std::optional<Copy> Orchestrator::release(int rank, jobs::TaskId task) {
    const auto copy = in_hand_.release(task, rank);
    if (copy) {
        Member& member = members_.at(rank);
        --member.tasks_in_hand;
        member.blocks_in_hand -= copy->blocks.count;
    }
    return copy;
}

}  // namespace factorize::cluster
