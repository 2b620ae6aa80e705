// What the runs of ranges and of lists share on rank 0: opening the output, and finishing it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "app/clock.hpp"
#include "app/orchestrator_loop.hpp"
#include "app/run_options.hpp"
#include "jobs/error.hpp"
#include "jobs/ranges.hpp"
#include "results/file_summary.hpp"
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
};

/// What the run of a list keeps beside its output until that is complete.
struct ListFiles {
    explicit ListFiles(const std::filesystem::path& output);

    std::filesystem::path journal;
    std::filesystem::path spool;
    std::filesystem::path new_spool;  ///< of a list not yet known to be good

    /// StorageError when one of them is not ours.
    void refuse_foreign() const;
    void remove() const;
};

/// What an earlier run of this job left at the output, which --resume goes on with; none without --resume or
/// output. InputError when that holds another job.
[[nodiscard]] std::optional<results::FileSummary> earlier_output(const Run& run,
                                                                 const results::JobDescription& job);

/// StorageError, naming both sizes, when the estimated file is larger than what is free.
void refuse_what_cannot_fit(const Run& run, double estimated_bytes);

enum class Opening { create, replace, go_on };

/// Creates the output, or opens the one that earlier_output() found.
[[nodiscard]] results::ResultWriter open_output(const Run& run, const results::JobDescription& job,
                                                Opening opening);

/// The output is finished already: says so.
[[nodiscard]] jobs::ExitStatus answer_complete(const Run& run, const results::FileSummary& output);

/// Sends the workers home, records the totals, closes the file and tells the user.
/// @param certificate  one sentence: what was proved, and how
[[nodiscard]] jobs::ExitStatus finish(const Run& run, results::ResultWriter& writer,
                                      const results::JobDescription& job, const std::string& certificate);

/// What --range named. InputError.
[[nodiscard]] jobs::Ranges ranges_of(const RunOptions& options);

[[nodiscard]] jobs::ExitStatus run_ranges(const Run& run);
[[nodiscard]] jobs::ExitStatus run_list(const Run& run);

}  // namespace factorize::app
