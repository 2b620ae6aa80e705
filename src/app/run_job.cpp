#include "app/run_job.hpp"

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include <fmt/format.h>

#include "app/run.hpp"
#include "app/tell.hpp"
#include "results/output_lock.hpp"
#include "results/result_creator.hpp"

namespace factorize::app {

void check_options(const RunOptions& options) {
    if (options.ranges.empty() && options.input.empty())
        throw jobs::InputError(
            "nothing to factor: give --range FIRST:LAST, as --range 1:1000, or --input FILE; see "
            "factorize run --help");
    if (!options.ranges.empty() && !options.input.empty())
        throw jobs::InputError("--range and --input exclude each other: give one of them");
    if (options.overwrite && options.resume)
        throw jobs::InputError("--overwrite and --resume exclude each other: give one of them");
    if (options.skip_invalid && options.input.empty())
        throw jobs::InputError("--skip-invalid goes with --input: ranges have no tokens to skip");
    if (options.log_level == LogLevel::debug && options.log.empty())
        throw jobs::InputError("--log-level debug goes with --log FILE: give both");
    // The bounds of the command line let these pass: no comparison with NaN holds.
    if (std::isnan(options.pulse_timeout_s) || std::isnan(options.commit_interval_s))
        throw jobs::InputError(
            "nan is no number of seconds: give one to --pulse-timeout and --commit-interval");
    if (!options.ranges.empty()) (void)ranges_of(options);
}

namespace {

/// An earlier run of a list that did not finish must not be lost by accident.
void refuse_unfinished(const RunOptions& options, const ListFiles& files) {
    std::error_code none;
    if (options.overwrite || !std::filesystem::exists(files.journal, none)) return;
    if (options.resume && !options.input.empty()) return;  // run_list() looks whether it is the same list
    throw jobs::InputError(
        fmt::format("{} exists: an earlier run of a list did not finish; use --resume with that list to "
                    "continue it or --overwrite to start anew",
                    files.journal.string()));
}

/// The list would be gone for good.
void refuse_output_over_input(const RunOptions& options) {
    std::error_code ignored;
    if (!options.input.empty() && std::filesystem::equivalent(options.input, options.output, ignored))
        throw jobs::InputError(
            fmt::format("--output {} is the input: choose another --output", options.output.string()));
}

/// The log is appended to: it must not be one of the run's own files.
void refuse_log_over(const RunOptions& options) {
    std::error_code ignored;
    for (const std::filesystem::path& other : {options.output, std::filesystem::path(options.input)})
        if (!options.log.empty() &&
            (options.log == other || std::filesystem::equivalent(options.log, other, ignored)))
            throw jobs::InputError(fmt::format(
                "--log {} is the output or the input: give the log a file of its own", options.log.string()));
}

jobs::ExitStatus run_locked(const RunOptions& options, const transport::Environment& environment,
                            OrchestratorLoop& loop, EventLog& log) {
    refuse_output_over_input(options);
    results::check_output(options.output, options.overwrite || options.resume);
    results::OutputLock lock(options.output);
    if (!lock.warning().empty()) tell("factorize: {}\n", lock.warning());
    const ListFiles files(options.output);
    files.refuse_foreign();
    refuse_unfinished(options, files);
    refuse_log_over(options);
    log = EventLog(options.log, options.log_level);
    loop.muster();
    const Run run{options, environment, loop};
    const jobs::ExitStatus status = options.input.empty() ? run_ranges(run) : run_list(run);
    lock.release();
    return status;
}

}  // namespace

jobs::ExitStatus run_job(const RunOptions& options, const transport::Environment& environment,
                         OrchestratorLoop& loop, EventLog& log) {
    RunOptions resolved = options;
    resolved.output = results::link_target(options.output);
    return run_locked(resolved, environment, loop, log);
}

}  // namespace factorize::app
