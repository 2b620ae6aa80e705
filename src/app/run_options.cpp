#include "app/run_options.hpp"

#include <map>

#include <CLI/CLI.hpp>

namespace factorize::app {

void add_run_options(CLI::App& command, RunOptions& options) {
    command
        .add_option("--range", options.ranges,
                    "All integers from FIRST to LAST, both included; may be given again, ascending")
        ->type_name("FIRST:LAST")
        ->allow_extra_args(false);
    command
        .add_option(
            "--input", options.input,
            "A list of integers separated by white space; - for standard input (with --resume the list read "
            "before is used, standard input is not read again)")
        ->type_name("FILE");
    command.add_option("--output", options.output, "The HDF5 file to make")
        ->type_name("FILE")
        ->capture_default_str();
    command
        .add_option("--store", options.store,
                    "full: all factors; half: only those up to sqrt(n), 3 times smaller")
        ->transform(CLI::CheckedTransformer(
            std::map<std::string, jobs::Store>{{"full", jobs::Store::full}, {"half", jobs::Store::half}}))
        ->type_name("full|half")
        ->default_str("full");
    auto* overwrite = command.add_flag("--overwrite", options.overwrite, "Replace an existing output");
    command.add_flag("--resume", options.resume, "Start, or continue the output where an earlier run ended")
        ->excludes(overwrite);
    command.add_flag("--skip-invalid", options.skip_invalid,
                     "Pass over tokens of the list that are no integer from 1 to 2^64-1");
    command.add_option("--threads", options.threads, "Compute threads of each worker")
        ->type_name("N")
        ->check(CLI::Range(1u, 1024u))
        ->capture_default_str();
    command.add_option("--log", options.log, "Append what happens as JSON lines")->type_name("FILE");
}

}  // namespace factorize::app
