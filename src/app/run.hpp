// What the runs of ranges and of lists share on rank 0: opening the output, and finishing it.
#pragma once

#include <cstdint>
#include <string>

#include "app/clock.hpp"
#include "app/orchestrator_loop.hpp"
#include "app/run_options.hpp"
#include "jobs/error.hpp"
#include "jobs/ranges.hpp"
#include "results/result_writer.hpp"
#include "results/schema.hpp"
#include "transport/environment.hpp"

namespace factorize::app {

/// A run besides its numbers.
struct Run {
    const RunOptions& options;
    const transport::Environment& environment;
    OrchestratorLoop& loop;
    double start = steady_seconds();

    /// The output exists and is to be continued.
    [[nodiscard]] bool continues() const;
};

/// StorageError, naming both sizes, when the estimated file is larger than what is free.
/// @param largest  number of the job
void refuse_what_cannot_fit(const Run& run, double rows, double factors, std::uint64_t largest);

/// Creates the output, or opens the one to be continued. InputError when that holds another job.
[[nodiscard]] results::ResultWriter open_output(const Run& run, const results::JobDescription& job);

/// The output is finished already: says so.
[[nodiscard]] jobs::ExitStatus answer_complete(const Run& run, std::uint64_t numbers, std::uint64_t failures);

/// Sends the workers home, records the totals, closes the file and tells the user.
/// @param certificate  one sentence: what was proved, and how
[[nodiscard]] jobs::ExitStatus finish(const Run& run, results::ResultWriter& writer,
                                      const results::JobDescription& job, const std::string& certificate);

/// What --range named. InputError.
[[nodiscard]] jobs::Ranges ranges_of(const RunOptions& options);

[[nodiscard]] jobs::ExitStatus run_ranges(const Run& run);
[[nodiscard]] jobs::ExitStatus run_list(const Run& run);

}  // namespace factorize::app
