// Rank 0's mind: which worker gets which blocks, and what becomes of them when one is slow, wrong or dead.
// No clock, no network: events come in with their time, orders go out through a port.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cluster/failed_rows.hpp"
#include "cluster/limits.hpp"
#include "cluster/membership.hpp"
#include "cluster/messages.hpp"
#include "cluster/orders.hpp"
#include "cluster/task_queue.hpp"
#include "cluster/task_sizer.hpp"
#include "cluster/tasks_in_hand.hpp"

namespace factorize::cluster {

/// A job is one phase (range) or two (list: factor, then lay out) with the same workers.
struct Phase {
    std::uint64_t blocks = 0;
    std::uint64_t block_rows =
        1;  ///< block b holds the rows from b * block_rows on; blocks * block_rows < 2^64
    std::uint64_t min_blocks = 1;                  ///< of a task, from the cost of its certificate
    std::uint64_t max_blocks = 0;                  ///< of a task; 0: only Limits bound it
    std::vector<std::uint64_t> known_failed_rows;  ///< recorded by an earlier run
};

struct Counters {
    std::uint64_t tasks_handed_out = 0;  ///< all phases, repeats included
    std::uint64_t tasks_reassigned = 0;  ///< taken from a worker that was lost, failed, left or was slow
    std::uint64_t tasks_failed = 0;
    std::uint64_t results_dropped = 0;  ///< another copy had won, or the sender counts as lost
    std::uint64_t workers_lost = 0;     ///< those that never registered included
    std::uint64_t rows_failed = 0;      ///< recorded through Orders::record_failure
    std::uint64_t blocks_abandoned = 0;
};

/// Events of one rank are to be given in the order in which it sent them, and all that have arrived before
/// `on_tick`. `now` never decreases. Any event may cause orders. Cost: O(ranks + tasks in hand) an event.
class Orchestrator {
public:
    /// @param expected  the ranks that are going to register (only 0 under -np 1). One that is not among them
    /// may
    ///                  register all the same.
    Orchestrator(const Limits& limits, std::span<const int> expected, Orders& orders, double now);

    /// Begins to hand out all blocks for which `done` does not hold.
    /// @pre no phase is under way: none was begun, or phase_done(); stop() was not called
    void begin_phase(const Phase& phase, const std::function<bool(std::uint64_t block)>& done, double now);

    void on_register(int rank, const RegisterWorker& message, double now);

    /// Whether on_results would accept this task's result: ask before spending time on it.
    [[nodiscard]] bool wants(int rank, jobs::TaskId task) const;

    /// @return true: the first result of these blocks, store it. False: drop it (a slower copy of what is
    /// stored, or from a worker that counts as lost).
    bool on_results(int rank, const DispatchResults& message, double now);
    /// The same, for those who checked the result's blocks themselves.
    bool on_results(int rank, jobs::TaskId task, double seconds, std::uint64_t payload_bytes, double now);

    /// Also what to call for a result whose checksum is wrong.
    void on_task_failed(int rank, const TaskFailed& message, double now);

    void on_pulse(int rank, const WorkerPulse& message, double now);
    /// Any other sign of life, such as a part of a long message.
    void on_sign_of_life(int rank, double now);

    void on_unregister(int rank, const UnregisterWorker& message, double now);

    /// Time passes: silent workers, late registrations, slow tasks. Call it every few milliseconds at least
    /// every pulse_timeout_s / 2, or workers get the benefit of the doubt.
    void on_tick(double now);

    /// Orderly end or an end on request: hands out nothing more, stops every worker, also those that register
    /// later. Results that still come are accepted as before.
    /// @param drop_running  workers are not to finish what they compute: for an end that cannot wait
    void stop(double now, bool drop_running = false);

    /// Whoever has not unregistered by now is logged as lost: for an end that cannot wait.
    void close(double now);

    /// No block is left to do (those given up are not counted: see Counters::blocks_abandoned).
    [[nodiscard]] bool phase_done() const;
    /// Every expected rank unregistered, is lost, or failed to register in time.
    [[nodiscard]] bool everyone_gone() const;
    /// There is work left, nobody to do it, and nobody who may still come. Never after stop().
    [[nodiscard]] bool all_workers_gone() const;
    /// Why this run cannot complete, where the fault is not a number's: workers fail at everything. Nothing
    /// more is handed out.
    [[nodiscard]] std::optional<std::string> hopeless() const;

    [[nodiscard]] std::uint64_t blocks() const { return queue_.blocks(); }
    [[nodiscard]] std::uint64_t blocks_done() const { return queue_.done(); }
    [[nodiscard]] const Counters& counters() const { return counters_; }
    /// By rank.
    [[nodiscard]] const std::map<int, Member>& workers() const { return members_.all(); }

private:
    // Giving (hand_out.cpp)
    struct Sharing {
        std::uint64_t capacity = 0;  // compute threads of the whole cluster, those still awaited included
        std::uint64_t kept = 0;      // blocks for those still awaited
    };
    void dispatch(double now);
    void refill(int rank, Member& member, double now);
    bool feed(int rank, Member& member, bool reserve, const Sharing& sharing, double now);
    void repeat_stragglers(double now);
    [[nodiscard]] Sharing sharing(double now) const;
    [[nodiscard]] bool may_do(int rank, const Work& work) const;
    [[nodiscard]] bool others_may_do(const Work& work) const;
    [[nodiscard]] Copy copy_for(int rank, const Member& member, jobs::BlockSpan blocks, double now) const;
    void send(int rank, Member& member, jobs::TaskId task);

    // Taking (take_back.cpp)
    std::optional<Copy> release(int rank, jobs::TaskId task);
    void accept(int rank, Member& member, const Copy& copy, double seconds, std::uint64_t bytes);
    void strike(int rank);
    void fail(int rank, const TaskFailed& message, const Copy& copy);
    void take_back(int rank, const std::string& why, bool lost);
    void lose(int rank, const std::string& why, Standing standing);
    void send_stop(int rank, Member& member, double now);
    void reassigned(jobs::TaskId task, const Copy& copy, const std::string& why);

    Limits limits_;
    Orders& orders_;
    Membership members_;
    TaskQueue queue_;
    TasksInHand in_hand_;
    TaskSizer sizer_;
    FailedRows failed_rows_;
    Counters counters_;
    std::string last_failure_;
    std::uint64_t phase_blocks_ = 0;  // to be done when the phase began
    std::uint64_t phase_abandoned_ = 0;
    double last_tick_ = 0;
    bool stopping_ = false;
    bool dropping_ = false;  // what the workers compute
};

}  // namespace factorize::cluster
