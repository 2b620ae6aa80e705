// How fast this machine is at each stage of a run: a few seconds of the real work.
#pragma once

#include <optional>

#include "app/run_options.hpp"
#include "jobs/run_time.hpp"
#include "transport/environment.hpp"

namespace factorize::app {

struct StageRates {
    jobs::StageSeconds each;     ///< what a number costs; `send` is 0 where rank 0 is alone
    double factor_bytes = 0;     ///< of a number in the mean, as they are before they are encoded
    unsigned workers = 1;        ///< that worked at the same time
    unsigned cores = 1;          ///< of all hosts together
    bool between_ranks = false;  ///< gathered from other ranks, not from itself
};

/// Collective over all ranks: works through blocks at the beginning, the middle and the end of a job's ranges
/// as its workers would, all workers at the same time; gathers the results with the mailboxes of a run; and
/// writes them as rank 0 would, to a file beside the job's output that is gone afterwards. A rank that is
/// alone is its own worker. Writing is measured by the clock on the wall, because it waits for a disk, all
/// else by the CPU time it takes.
///
/// @param job      ranges, store and output
/// @param threads  of each worker
/// @return at rank 0; nothing elsewhere
/// Cost: some three seconds; some 50 MB a thread, and at rank 0 200 MB at most, whatever the job. Errors:
/// InputError for wrong ranges, at every rank; at rank 0, when no rank waits for it any more, StorageError,
/// and what went wrong at a worker.
[[nodiscard]] std::optional<StageRates> measure_stages(const RunOptions& job,
                                                       const transport::Environment& environment,
                                                       unsigned threads = 1);

/// Of this machine, one at least.
[[nodiscard]] unsigned cores_here();

}  // namespace factorize::app
