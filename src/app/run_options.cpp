#include "app/run_options.hpp"

#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "jobs/error.hpp"
#include "jobs/ranges.hpp"

namespace factorize::app {

namespace {

/// What is wrong with it, for CLI11.
std::string is_range(const std::string& text) {
    try {
        (void)jobs::parse_range(text);
        return {};
    } catch (const jobs::InputError& error) {
        return error.what();
    }
}

}  // namespace

void add_job_options(CLI::App& command, RunOptions& options) {
    command
        .add_option("--range", options.ranges,
                    "All integers from FIRST to LAST, both included; may be given again, ascending")
        ->type_name("FIRST:LAST")
        ->check(is_range)
        ->allow_extra_args(false);
    command.add_option("--output", options.output, "The HDF5 file to make")
        ->type_name("FILE")
        ->capture_default_str();
    command
        .add_option_function<std::string>(
            "--store",
            [&options](const std::string& text) {
                if (text != "full" && text != "half")
                    throw CLI::ValidationError("--store", fmt::format("'{}' is neither full nor half", text));
                options.store = text == "full" ? jobs::Store::full : jobs::Store::half;
            },
            "full: all factors; half: only those up to sqrt(n), in about a third of the space")
        ->type_name("full|half")
        ->default_str("full");
}

void add_run_options(CLI::App& command, RunOptions& options) {
    add_job_options(command, options);
    command
        .add_option("--input", options.input,
                    "A list of integers separated by white space; - for standard input (--resume goes on "
                    "with the list that was read, and reads it again only once the output is complete)")
        ->type_name("FILE")
        ->excludes(command.get_option("--range"));
    auto* overwrite = command.add_flag("--overwrite", options.overwrite, "Replace an existing output");
    command.add_flag("--resume", options.resume, "Start, or continue the output where an earlier run ended")
        ->excludes(overwrite);
    command.add_flag("--skip-invalid", options.skip_invalid,
                     "Pass over tokens of the list that are no integer from 1 to 2^64-1");
    command.add_option("--threads", options.threads, "Compute threads of each worker")
        ->type_name("N")
        ->check(CLI::Range(1u, 1024u))
        ->capture_default_str();
    command
        .add_option("--pulse-timeout", options.pulse_timeout_s,
                    "A worker silent for longer is lost, and others do its work")
        ->type_name("SECONDS")
        ->check(CLI::Range(0.1, 86'400.0))
        ->capture_default_str();
    command
        .add_option("--max-attempts", options.max_attempts,
                    "Failures after which a number is given up and listed in /failures")
        ->type_name("N")
        ->check(CLI::Range(1u, 1000u))
        ->capture_default_str();
    command
        .add_option(
            "--commit-interval", options.commit_interval_s,
            "How often results are made durable: a crash costs what came since; 0 does it with each task")
        ->type_name("SECONDS")
        ->check(CLI::Range(0.0, 86'400.0))
        ->capture_default_str();
    auto* log = command.add_option("--log", options.log, "Append what happens as JSON lines");
    log->type_name("FILE");
    command
        .add_option_function<std::string>(
            "--log-level",
            [&options](const std::string& text) {
                if (text != "info" && text != "debug")
                    throw CLI::ValidationError("--log-level",
                                               fmt::format("'{}' is neither info nor debug", text));
                options.log_level = text == "info" ? LogLevel::info : LogLevel::debug;
            },
            "debug: with --log, also a line when factors_of is called on a worker, and one when it completes")
        ->type_name("info|debug")
        ->default_str("info");
    command
        .add_option(
            "--config", options.job_file,
            "Read options from the section [run] of a TOML file, each by its name; the command line wins")
        ->type_name("FILE")
        ->check(CLI::Validator(CLI::ExistingFile).description(""))
        ->configurable(false);
    command.add_flag("-q,--quiet", options.quiet, "Print neither progress nor summary, only what went wrong");
}

cluster::Limits limits_of(const RunOptions& options) {
    cluster::Limits limits;
    limits.pulse_timeout_s = options.pulse_timeout_s;
    limits.max_attempts = options.max_attempts;
    limits.commit_interval_s = options.commit_interval_s;
    return limits;
}

}  // namespace factorize::app
