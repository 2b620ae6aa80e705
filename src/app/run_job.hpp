// `factorize run` on rank 0: from the options to the finished file.
#pragma once

#include "app/event_log.hpp"
#include "app/orchestrator_loop.hpp"
#include "app/run_options.hpp"
#include "jobs/error.hpp"
#include "transport/environment.hpp"

namespace factorize::app {

/// Runs the job with the workers of `loop` and prints the summary.
///
/// @return complete or partial_failed
/// Errors: jobs::Error, with everything committed that had arrived. Nothing is written before the whole input
/// is known to be good.
/// @param log  opened once the output is known to be ours
[[nodiscard]] jobs::ExitStatus run_job(const RunOptions& options, const transport::Environment& environment,
                                       OrchestratorLoop& loop, EventLog& log);

/// The command line itself, before anything is touched. InputError.
void check_options(const RunOptions& options);

}  // namespace factorize::app
