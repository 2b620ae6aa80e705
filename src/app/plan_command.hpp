// `factorize plan`: what a job will be, before anything of it is computed.
#pragma once

#include <optional>

#include "app/run_options.hpp"
#include "app/stage_rates.hpp"
#include "jobs/error.hpp"
#include "transport/environment.hpp"

namespace factorize::app {

struct PlanOptions {
    RunOptions run;        ///< ranges, store and output
    unsigned ranks = 0;    ///< of the run; 0: those that measure, or one more than this machine has cores
    bool measure = false;  ///< and tell the time
    bool json = false;
};

/// Adds the options of `factorize plan` to its subcommand. @param options  outlives the parsing
void add_plan_options(CLI::App& command, PlanOptions& options);

/// InputError for options that name no ranges.
void check_options(const PlanOptions& options);

/// Collective: measure_stages(), for a rank that is alone with as many threads as the run has workers.
[[nodiscard]] std::optional<StageRates> measure_for(const PlanOptions& options,
                                                    const transport::Environment& environment);

/// Prints how many numbers and factors the ranges hold, which is exact, and about how large the file, how
/// long the run and how much memory it takes. @param rates  without them, no time
/// Errors: InputError for a wrong range; StorageError for an output that cannot be.
[[nodiscard]] jobs::ExitStatus print_plan(const PlanOptions& options, const std::optional<StageRates>& rates);

}  // namespace factorize::app
