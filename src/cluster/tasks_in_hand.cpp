#include "cluster/tasks_in_hand.hpp"

#include <algorithm>
#include <utility>

namespace factorize::cluster {

Event event_of(Event::Kind kind, jobs::TaskId task, const Copy& copy) {
    Event event(kind, copy.rank);
    event.task = task;
    event.blocks = copy.blocks;
    event.attempt = copy.attempt;
    return event;
}

jobs::TaskId TasksInHand::hand_out(Work work, Copy copy) {
    const std::uint64_t first = work.blocks.first;
    works_.try_emplace(first, Held{std::move(work), 0});
    return repeat(first, copy);
}

jobs::TaskId TasksInHand::repeat(std::uint64_t first, Copy copy) {
    Held& held = works_.at(first);
    ++held.copies;
    copy.blocks = held.work.blocks;
    copy.attempt = ++held.work.attempts;
    const jobs::TaskId task{next_task_++};
    copies_.emplace(task, copy);
    return task;
}

const Copy* TasksInHand::find(jobs::TaskId task, int rank) const {
    const auto found = copies_.find(task);
    return found == copies_.end() || found->second.rank != rank ? nullptr : &found->second;
}

std::optional<Copy> TasksInHand::release(jobs::TaskId task, int rank) {
    const Copy* const held = find(task, rank);
    if (held == nullptr) return std::nullopt;
    const Copy copy = *held;
    copies_.erase(task);
    if (copy.wanted) --works_.at(copy.blocks.first).copies;
    return copy;
}

Work TasksInHand::finish(const Copy& copy) {
    const auto found = works_.find(copy.blocks.first);
    Held held = std::move(found->second);
    works_.erase(found);
    if (held.copies > 0) {
        for (auto& [task, other] : copies_) {
            if (other.wanted && other.blocks.first == copy.blocks.first) other.wanted = false;
        }
    }
    return std::move(held.work);
}

std::optional<Work> TasksInHand::orphan(const Copy& copy) {
    if (!copy.wanted) return std::nullopt;
    const auto found = works_.find(copy.blocks.first);
    if (found->second.copies > 0) return std::nullopt;
    Work work = std::move(found->second.work);
    works_.erase(found);
    return work;
}

std::vector<jobs::TaskId> TasksInHand::held_by(int rank) const {
    std::vector<jobs::TaskId> tasks;
    for (const auto& [task, copy] : copies_) {
        if (copy.rank == rank) tasks.push_back(task);
    }
    return tasks;
}

bool TasksInHand::wanted_from(int rank) const {
    return std::ranges::any_of(
        copies_, [&](const auto& entry) { return entry.second.rank == rank && entry.second.wanted; });
}

std::vector<jobs::TaskId> TasksInHand::stragglers(const TaskSizer& sizer, const Limits& limits,
                                                  double now) const {
    std::vector<jobs::TaskId> tasks;
    for (const auto& [task, copy] : copies_) {
        if (!copy.wanted || works_.at(copy.blocks.first).copies > 1) continue;
        const auto estimate_s = sizer.estimate_s(copy.ahead + static_cast<double>(copy.blocks.count));
        if (!estimate_s) continue;
        const double patience_s = std::max(limits.straggler_factor * *estimate_s, limits.straggler_min_s);
        if (now - copy.since > patience_s) tasks.push_back(task);
    }
    std::ranges::stable_sort(tasks, {}, [&](jobs::TaskId task) { return copies_.at(task).since; });
    return tasks;
}

void TasksInHand::forgive(double gap) {
    for (auto& [task, copy] : copies_) copy.since += gap;
}

}  // namespace factorize::cluster
