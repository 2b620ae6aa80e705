// `factorize plan`: what a job will be, before anything of it is computed.
#pragma once

#include "app/run_options.hpp"
#include "jobs/error.hpp"

namespace factorize::app {

struct PlanOptions {
    RunOptions run;        ///< ranges, store and output
    unsigned ranks = 0;    ///< of the run; 0: one more than this machine has cores
    bool measure = false;  ///< and tell the time
    bool json = false;
};

/// Adds the options of `factorize plan` to its subcommand. @param options  outlives the parsing
void add_plan_options(CLI::App& command, PlanOptions& options);

/// Prints how many numbers and factors the ranges hold, which is exact, and about how large the file, how
/// long the run and how much memory it takes. Errors: InputError for no range or a wrong one; StorageError
/// for an output that cannot be.
[[nodiscard]] jobs::ExitStatus print_plan(const PlanOptions& options);

}  // namespace factorize::app
