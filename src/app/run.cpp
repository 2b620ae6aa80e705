#include "app/run.hpp"

#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include <fmt/format.h>

#include "app/summary.hpp"
#include "app/version.hpp"
#include "jobs/file_size.hpp"
#include "results/free_space.hpp"
#include "results/result_creator.hpp"

namespace factorize::app {
namespace {

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

}  // namespace

bool Run::continues() const { return options.resume && std::filesystem::exists(options.output); }

void refuse_what_cannot_fit(const Run& run, double rows, double factors, std::uint64_t largest) {
    if (run.continues()) return;
    const double needed = jobs::estimated_file_bytes(rows, factors, largest, run.options.store);
    const auto free = static_cast<double>(results::free_space(run.options.output));
    if (needed > free)
        throw jobs::StorageError(fmt::format("{} would need about {}, but its file system has {} free",
                                             run.options.output.string(), bytes_text(needed),
                                             bytes_text(free)));
}

results::ResultWriter open_output(const Run& run, const results::JobDescription& job) {
    const results::Provenance who = provenance(run);
    if (!run.continues()) results::create_result_file(run.options.output, job, who, run.options.overwrite);
    return {run.options.output, job, who};
}

jobs::ExitStatus answer_complete(const Run& run, std::uint64_t numbers, std::uint64_t failures) {
    fmt::print("{}: complete already, {} numbers\n", run.options.output.string(), numbers);
    return failures > 0 ? jobs::ExitStatus::partial_failed : jobs::ExitStatus::complete;
}

jobs::ExitStatus finish(const Run& run, results::ResultWriter& writer, const results::JobDescription& job,
                        const std::string& certificate) {
    run.loop.dismiss();
    const cluster::Orchestrator& state = run.loop.state();
    const double seconds = steady_seconds() - run.start;
    double busy = 0;
    std::uint64_t threads = 0;
    for (const auto& [rank, member] : state.workers()) {
        busy += member.busy_seconds;
        threads += member.capacity;
    }
    results::Totals totals = writer.previous_totals();
    totals.numbers = job.layout.rows;
    totals.factors = job.layout.factors;
    totals.seconds += seconds;
    totals.compute_seconds += busy;
    totals.parallel_efficiency = busy / (seconds * static_cast<double>(threads));
    totals.tasks_reassigned += state.counters().tasks_reassigned;
    totals.certificate = certificate;
    totals.finished = results::utc_now();
    const std::uint64_t failures = writer.failures();
    writer.finish(totals, failures > 0 ? results::Status::partial_failed : results::Status::complete);
    writer.close();
    print_summary(run.options.output, totals, failures, state);
    return failures > 0 ? jobs::ExitStatus::partial_failed : jobs::ExitStatus::complete;
}

}  // namespace factorize::app
