// The tasks workers hold. A span of blocks is held by one worker, or by two while a slow one is being
// repeated.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "cluster/event.hpp"
#include "cluster/limits.hpp"
#include "cluster/task_queue.hpp"
#include "cluster/task_sizer.hpp"
#include "jobs/task.hpp"

namespace factorize::cluster {

/// One task in one worker's hands.
struct Copy {
    jobs::BlockSpan blocks;
    int rank = -1;
    std::uint32_t attempt = 1;
    double since = 0;               ///< when it was handed out
    double ahead = 0;               ///< blocks the worker had to do before it, per compute thread
    std::uint64_t failed_rows = 0;  ///< rows of `blocks` it was told to leave empty
    bool wanted = true;             ///< false: another copy won, or the phase is over
};

[[nodiscard]] Event event_of(Event::Kind kind, jobs::TaskId task, const Copy& copy);

class TasksInHand {
public:
    /// Puts the first copy of `work` in a worker's hand; its number is the next of the run.
    jobs::TaskId hand_out(Work work, Copy copy);
    /// Puts another copy in a second worker's hand. @pre `first` is the first block of a work in hand.
    jobs::TaskId repeat(std::uint64_t first, Copy copy);

    /// Null when that worker does not hold the task.
    [[nodiscard]] const Copy* find(jobs::TaskId task, int rank) const;

    /// Takes a task out of a worker's hand; nothing when that worker does not hold it.
    std::optional<Copy> release(jobs::TaskId task, int rank);

    /// The work a wanted copy belongs to. @pre there is one
    [[nodiscard]] Work& work(const Copy& copy) { return works_.at(copy.blocks.first).work; }
    [[nodiscard]] const Work& work(const Copy& copy) const { return works_.at(copy.blocks.first).work; }

    /// The work is done: no copy of it is wanted any more.
    Work finish(const Copy& copy);

    /// The work of a released copy when no other worker holds it.
    std::optional<Work> orphan(const Copy& copy);

    [[nodiscard]] std::vector<jobs::TaskId> held_by(int rank) const;
    [[nodiscard]] bool wanted_from(int rank) const;

    /// Tasks held by one worker only that take clearly too long, the longest-running first.
    [[nodiscard]] std::vector<jobs::TaskId> stragglers(const TaskSizer& sizer, const Limits& limits,
                                                       double now) const;

    [[nodiscard]] const Copy& at(jobs::TaskId task) const { return copies_.at(task); }

    /// The clock of every task moves on by `gap`: rank 0 was away.
    void forgive(double gap);

private:
    struct Held {
        Work work;
        std::uint32_t copies = 0;
    };

    std::map<jobs::TaskId, Copy> copies_;
    std::map<std::uint64_t, Held> works_;  // by first block
    std::uint64_t next_task_ = 1;
};

}  // namespace factorize::cluster
