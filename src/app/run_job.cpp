#include "app/run_job.hpp"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "app/clock.hpp"
#include "app/divisor_phase.hpp"
#include "app/factor_phase.hpp"
#include "app/summary.hpp"
#include "app/version.hpp"
#include "jobs/file_size.hpp"
#include "jobs/number_spool.hpp"
#include "jobs/ranges.hpp"
#include "jobs/token_reader.hpp"
#include "results/free_space.hpp"
#include "results/journal.hpp"
#include "results/output_lock.hpp"
#include "results/result_creator.hpp"
#include "results/result_writer.hpp"

namespace factorize::app {
namespace {

namespace fs = std::filesystem;

/// What a run needs besides its numbers.
struct Run {
    const RunOptions& options;
    const transport::Environment& environment;
    OrchestratorLoop& loop;
    double start = steady_seconds();
};

results::Provenance provenance(const Run& run) {
    const char* slurm_job = std::getenv("SLURM_JOB_ID");
    return {.program_version = version,
            .git_commit = git_commit,
            .command_line = run.options.command_line,
            .ranks = run.environment.size(),
            .hosts = run.loop.hosts(),
            .mpi_version = transport::Environment::library_version(),
            .slurm_job_id = slurm_job == nullptr ? "" : slurm_job,
            .started = results::utc_now()};
}

void refuse_what_cannot_fit(const Run& run, double rows, double factors, std::uint64_t largest) {
    const double needed = jobs::estimated_file_bytes(rows, factors, largest, run.options.store);
    const auto free = static_cast<double>(results::free_space(run.options.output));
    if (needed > free)
        throw jobs::StorageError(fmt::format("{} would need about {}, but its file system has {} free",
                                             run.options.output.string(), bytes_text(needed),
                                             bytes_text(free)));
}

bool continues(const RunOptions& options) { return options.resume && fs::exists(options.output); }

results::ResultWriter open_output(const Run& run, const results::JobDescription& job) {
    const results::Provenance who = provenance(run);
    if (!continues(run.options))
        results::create_result_file(run.options.output, job, who, run.options.overwrite);
    return {run.options.output, job, who};
}

/// Records the totals, closes the file and tells the user.
jobs::ExitStatus finish(const Run& run, results::ResultWriter& writer, const results::JobDescription& job,
                        const std::string& certificate) {
    run.loop.dismiss();
    const cluster::Orchestrator& state = run.loop.state();
    results::Totals totals = writer.previous_totals();
    const double seconds = steady_seconds() - run.start;
    double busy = 0;
    std::uint64_t threads = 0;
    for (const auto& [rank, member] : state.workers()) {
        busy += member.busy_seconds;
        threads += member.capacity;
    }
    totals.numbers = job.layout.rows;
    totals.factors = job.layout.factors;
    totals.seconds += seconds;
    totals.compute_seconds += busy;
    totals.parallel_efficiency = busy / (seconds * static_cast<double>(threads));
    totals.tasks_reassigned += state.counters().tasks_reassigned;
    totals.certificate = certificate;
    totals.finished = results::utc_now();
    const bool failed = writer.failures() > 0;
    writer.finish(totals, failed ? results::Status::partial_failed : results::Status::complete);
    const std::uint64_t failures = writer.failures();
    writer.close();
    print_summary(run.options.output, totals, failures, state);
    return failed ? jobs::ExitStatus::partial_failed : jobs::ExitStatus::complete;
}

jobs::ExitStatus answer_complete(const Run& run, const results::ResultWriter& writer) {
    fmt::print("{}: complete already, {} numbers\n", run.options.output.string(),
               writer.previous_totals().numbers);
    return writer.failures() > 0 ? jobs::ExitStatus::partial_failed : jobs::ExitStatus::complete;
}

jobs::ExitStatus run_ranges(const Run& run) {
    std::vector<jobs::Range> parsed;
    for (const std::string& text : run.options.ranges) parsed.push_back(jobs::parse_range(text));
    const jobs::Ranges ranges(std::move(parsed));
    const jobs::RangeCensus census(ranges, run.options.store);
    const auto rows = static_cast<double>(ranges.rows());
    if (!continues(run.options))
        refuse_what_cannot_fit(run, rows, static_cast<double>(census.total().factors),
                               ranges.all().back().last);

    const results::JobDescription job{
        .job = "range " + ranges.text(),
        .store = run.options.store,
        .layout = jobs::make_layout(ranges.rows(), static_cast<std::uint64_t>(census.total().factors))};
    results::ResultWriter writer = open_output(run, job);
    if (writer.previous_status() != results::Status::partial) return answer_complete(run, writer);
    RangePhase phase(writer, job.layout, job.store, ranges, census);
    run.loop.run(phase, "factoring");
    return finish(
        run, writer, job,
        fmt::format("The factors of every task were counted and summed, and agree with the divisor summatory "
                    "functions T and S: {} factors in all, their sum is {} mod 2^64.",
                    job.layout.factors, census.total().sum));
}

fs::path spool_path(const fs::path& output) { return output.string() + ".spool"; }

/// Puts the list into the spool, unless an earlier run did.
void spool_input(const Run& run) {
    const fs::path spool = spool_path(run.options.output);
    if (run.options.resume && fs::exists(spool)) return;
    const bool from_pipe = run.options.input == "-";
    const int descriptor = from_pipe ? STDIN_FILENO : ::open(run.options.input.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        throw jobs::InputError(fmt::format("cannot read {}: {}", run.options.input, std::strerror(errno)));
    jobs::TokenReader reader(descriptor, from_pipe ? "standard input" : run.options.input);
    const jobs::SpoolSummary summary = jobs::spool_numbers(reader, spool, run.options.skip_invalid);
    if (!from_pipe) ::close(descriptor);
    if (summary.skipped > 0)
        fmt::print(stderr, "factorize: skipped {} token{} of the list, the first at {}\n", summary.skipped,
                   summary.skipped == 1 ? "" : "s", summary.first_skipped);
}

jobs::ExitStatus run_list(const Run& run) {
    const fs::path& output = run.options.output;
    const fs::path journal_file = results::journal_path(output);
    if (continues(run.options) && !fs::exists(spool_path(output)))
        throw jobs::InputError(fmt::format("{} is complete or was not made from a list", output.string()));
    if (!run.options.resume) {
        if (!run.options.overwrite && fs::exists(journal_file))
            throw jobs::InputError(
                fmt::format("{} exists: an earlier run of a list did not finish; use --resume to continue it "
                            "or --overwrite to start anew",
                            journal_file.string()));
        fs::remove(journal_file);
    }
    spool_input(run);
    const jobs::NumberSpool spool(spool_path(output));

    results::JobDescription job{
        .job = fmt::format("list {} numbers xxh64:{:016x}", spool.rows(), spool.xxh64()),
        .store = run.options.store,
        .layout = jobs::make_layout(spool.rows(), 0)};
    results::Journal journal(journal_file, {.job = fmt::format("{} {}", job.job, results::to_text(job.store)),
                                            .rows = job.layout.rows,
                                            .block_rows = job.layout.block_rows});
    FactorPhase factoring(spool, journal, job.layout, job.store);
    run.loop.run(factoring, "factoring");

    const std::vector<std::uint64_t> first_factors = factoring.first_factors();
    job.layout = jobs::make_layout(spool.rows(), first_factors.back());
    if (!continues(run.options))
        refuse_what_cannot_fit(run, static_cast<double>(spool.rows()),
                               static_cast<double>(first_factors.back()), ~0ULL);
    results::ResultWriter writer = open_output(run, job);
    std::vector<std::uint64_t> failed_rows;
    for (const auto& [row, failure] : factoring.failures()) failed_rows.push_back(row);
    LayOutPhase laying_out(writer, job.layout, job.store, spool, journal, first_factors, failed_rows);
    for (const auto& [row, failure] : factoring.failures())
        laying_out.record_failure(row, failure.attempts, failure.message);
    run.loop.run(laying_out, "laying out");
    const jobs::ExitStatus status =
        finish(run, writer, job,
               "Every number is the product of its prime factors, each proved prime by a Baillie-PSW test; "
               "the factors of "
               "every task were counted and summed, and agree with tau and sigma.");
    journal.remove();
    fs::remove(spool_path(output));
    return status;
}

}  // namespace

void check_options(const RunOptions& options) {
    if (options.ranges.empty() && options.input.empty())
        throw jobs::InputError("nothing to factor: give --range FIRST:LAST, or --input FILE");
    if (!options.ranges.empty() && !options.input.empty())
        throw jobs::InputError("--range and --input exclude each other: give one of them");
    if (options.skip_invalid && options.input.empty())
        throw jobs::InputError("--skip-invalid goes with --input: ranges have no tokens to skip");
}

jobs::ExitStatus run_job(const RunOptions& options, const transport::Environment& environment,
                         OrchestratorLoop& loop) {
    results::check_output(options.output, options.overwrite || options.resume);
    results::OutputLock lock(options.output);
    if (!lock.warning().empty()) fmt::print(stderr, "factorize: {}\n", lock.warning());
    loop.muster();
    const Run run{options, environment, loop};
    const jobs::ExitStatus status = options.input.empty() ? run_ranges(run) : run_list(run);
    lock.release();
    return status;
}

}  // namespace factorize::app
