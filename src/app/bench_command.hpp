// `factorize bench`: how fast is each stage of a run here, and what would be fastest?
#pragma once

#include "app/run_options.hpp"
#include "jobs/error.hpp"
#include "transport/environment.hpp"

namespace CLI {
class App;
}

namespace factorize::app {

struct BenchOptions {
    RunOptions run;  ///< ranges, store and output
    bool json = false;
};

/// Adds the options of `factorize bench` to its subcommand. @param options  outlives the parsing
void add_bench_options(CLI::App& command, BenchOptions& options);

/// Collective over all ranks: measures, and prints at rank 0, the rate of each stage, of a run on these
/// ranks, and what limits it. Errors: those of measure_stages().
[[nodiscard]] jobs::ExitStatus bench(const BenchOptions& options, const transport::Environment& environment);

}  // namespace factorize::app
