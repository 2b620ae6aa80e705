// The orchestrator's giving half: who gets the next task, and how large it is.
#include <algorithm>
#include <utility>

#include "cluster/orchestrator.hpp"

namespace factorize::cluster {

namespace {

bool failed_by(const Work& work, int rank) {
    return std::ranges::find(work.failed_by, rank) != work.failed_by.end();
}

}  // namespace

void Orchestrator::dispatch(double now) {
    if (queue_.remaining() == 0) return;
    const Sharing all = sharing(now);
    if (queue_.remaining() <= all.kept) return;
    // Breadth first: a task for everybody before the second one for anybody, and the one in reserve last.
    for (bool fed = true; fed;) {
        fed = false;
        for (auto& [rank, member] : members_.all()) fed |= feed(rank, member, false, all, now);
    }
    for (auto& [rank, member] : members_.all()) feed(rank, member, true, all, now);
}

void Orchestrator::refill(int rank, Member& member, double now) {
    const Sharing all = sharing(now);
    while (feed(rank, member, false, all, now)) {
    }
    feed(rank, member, true, all, now);
}

// It asks nothing of the other members: a dispatch calls it for each of them.
bool Orchestrator::feed(int rank, Member& member, bool reserve, const Sharing& all, double now) {
    const std::uint32_t room = member.capacity + (reserve ? 1 : 0);
    if (stopping_ || member.tasks_in_hand >= room || !members_.usable(member) || hopeless()) return false;
    if (queue_.remaining() <= all.kept) return false;
    const std::uint64_t size =
        std::min(sizer_.size(rank, queue_.remaining(), all.capacity), queue_.remaining() - all.kept);
    // In the last round a task in reserve would wait behind another while somebody else runs dry.
    if (reserve && queue_.remaining() / all.capacity < size) return false;

    auto work = queue_.take(size, [&](const Work& each) { return may_do(rank, each); });
    if (!work) return false;
    const Copy copy = copy_for(rank, member, work->blocks, now);
    send(rank, member, in_hand_.hand_out(std::move(*work), copy));
    return true;
}

Orchestrator::Sharing Orchestrator::sharing(double now) const {
    const std::uint64_t awaited = members_.awaited_capacity();
    Sharing all{.capacity = members_.capacity() + awaited, .kept = 0};
    if (members_.mustering(now) && all.capacity > 0)
        all.kept =
            static_cast<std::uint64_t>(static_cast<double>(phase_blocks_) * static_cast<double>(awaited) /
                                       static_cast<double>(all.capacity));
    return all;
}

bool Orchestrator::may_do(int rank, const Work& work) const {
    return !failed_by(work, rank) || !others_may_do(work);
}

bool Orchestrator::others_may_do(const Work& work) const {
    // Those still to register count: the first to come, if its memory is bad, must not have condemned by
    // itself what all others can solve.
    return std::ranges::any_of(members_.all(), [&](const auto& entry) {
        const auto& [rank, member] = entry;
        return member.standing == Standing::awaited || (members_.usable(member) && !failed_by(work, rank));
    });
}

void Orchestrator::repeat_stragglers(double now) {
    const auto idle = [this](const Member& member) {
        return member.tasks_in_hand < member.capacity && members_.usable(member);
    };
    if (stopping_ ||
        std::ranges::none_of(members_.all(), [&](const auto& entry) { return idle(entry.second); })) {
        return;
    }
    std::vector<jobs::TaskId> slow = in_hand_.stragglers(sizer_, limits_, now);
    if (slow.empty()) return;
    for (auto& [rank, member] : members_.all()) {
        if (!idle(member)) continue;
        const auto task = std::ranges::find_if(slow, [&, by = rank](jobs::TaskId each) {
            const Copy& copy = in_hand_.at(each);
            return copy.rank != by && may_do(by, in_hand_.work(copy));
        });
        if (task == slow.end()) continue;
        const Copy original = in_hand_.at(*task);
        reassigned(*task, original, "slow: repeated by another worker");
        const Copy copy = copy_for(rank, member, original.blocks, now);
        send(rank, member, in_hand_.repeat(original.blocks.first, copy));
        slow.erase(task);
    }
}

Copy Orchestrator::copy_for(int rank, const Member& member, jobs::BlockSpan blocks, double now) const {
    Copy copy;
    copy.blocks = blocks;
    copy.rank = rank;
    copy.since = now;
    copy.ahead = static_cast<double>(member.blocks_in_hand) / member.capacity;
    copy.failed_rows = failed_rows_.count_in(blocks);
    return copy;
}

void Orchestrator::send(int rank, Member& member, jobs::TaskId task) {
    const Copy& copy = in_hand_.at(task);
    ++member.tasks_in_hand;
    member.blocks_in_hand += copy.blocks.count;
    ++counters_.tasks_handed_out;

    FactorsOf message;
    message.task = task;
    message.blocks = copy.blocks;
    message.attempt = copy.attempt;
    message.failed_rows = failed_rows_.from(copy.blocks);
    message.row_by_row = in_hand_.work(copy).row_by_row;
    orders_.log(event_of(Event::Kind::factors_of, task, copy));
    orders_.hand_out(rank, message);
}

}  // namespace factorize::cluster
