// Every number the orchestrator and the workers go by, in one place.
#pragma once

#include <cstdint>

namespace factorize::cluster {

struct Limits {
    /// A worker silent for longer is lost. Ten pulses: what a loaded node, a slow page-in or a lost TCP
    /// segment delays is not taken for a death.
    double pulse_timeout_s = 10;
    /// Expected ranks that have not registered by then are not waited for (a late one is still welcome).
    double registration_timeout_s = 10;
    /// So long after the start, ranks still to register have their share of the first phase kept for them: a
    /// job of a few milliseconds would otherwise be over before the second worker says hello.
    double muster_s = 1;
    /// A worker that was told to stop and has not unregistered by then is lost.
    double drain_timeout_s = 10;

    /// What a task should last: long beside a round trip (about 1 ms while rank 0 naps), short beside a job.
    double target_task_s = 0.5;
    /// Rank 0's sleeping loop serves some 6,000 tasks a second; at 10 ms that feeds 60 compute threads.
    double min_task_s = 0.01;
    /// Payload of one task, estimated from the payloads seen. Rank 0 holds several of them at a time.
    std::uint64_t max_task_bytes = std::uint64_t{16} << 20;

    /// Failures after which a row is given up, a task is cut in two, a block is solved row by row.
    std::uint32_t max_attempts = 3;
    /// Tasks that a worker failed and others then solved, in a row, after which it gets no more of them.
    std::uint32_t max_strikes = 3;
    /// Blocks no worker can solve, and rows given up, after which the fault is not in the numbers: the run
    /// ends.
    std::uint64_t max_abandoned_blocks = 16;
    std::uint64_t max_failed_rows = 16384;

    /// An idle worker repeats another's task that runs longer than `straggler_factor` times its estimate and
    /// longer than `straggler_min_s`.
    double straggler_factor = 2;
    double straggler_min_s = 1;

    /// How much work a kill -9 or a power cut can cost, against what a commit costs: 5-50 ms on a disk.
    double commit_interval_s = 1;

    [[nodiscard]] double pulse_interval_s() const { return pulse_timeout_s / 10; }
};

}  // namespace factorize::cluster
