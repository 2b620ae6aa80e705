#include "app/run.hpp"

#include <cstdio>
#include <filesystem>
#include <system_error>

#include <fmt/format.h>

#include "app/signals.hpp"
#include "app/summary.hpp"
#include "app/text.hpp"
#include "app/version.hpp"
#include "jobs/file_descriptor.hpp"
#include "jobs/number_spool.hpp"
#include "results/free_space.hpp"
#include "results/journal.hpp"
#include "results/result_creator.hpp"
#include "results/result_reader.hpp"
#include "results/slurm_job.hpp"

namespace factorize::app {
namespace {

results::Provenance provenance(const Run& run) {
    const results::SlurmJob slurm = results::slurm_job().value_or(results::SlurmJob());
    return {.program_version = version,
            .git_commit = git_commit,
            .command_line = run.options.command_line,
            .ranks = run.environment.size(),
            .hosts = run.loop.hosts(),
            .mpi_version = transport::Environment::library_version(),
            .slurm_job_id = slurm.id,
            .slurm_restarts = slurm.restarts,
            .started = results::utc_now()};
}

}  // namespace

ListFiles::ListFiles(const std::filesystem::path& output)
    : journal(results::journal_path(output)),
      spool(output.string() + ".spool"),
      new_spool(output.string() + ".spool.tmp") {}

void ListFiles::refuse_foreign() const {
    jobs::refuse_foreign(journal, results::journal_magic);
    jobs::refuse_foreign(spool, jobs::spool_magic);
    jobs::refuse_foreign(new_spool, jobs::spool_magic);
}

void ListFiles::remove() const {
    for (const std::filesystem::path& path : {journal, spool, new_spool}) {
        std::error_code error;
        std::filesystem::remove(path, error);
        if (error && error != std::errc::filename_too_long)
            throw jobs::StorageError(fmt::format("{}: cannot remove: {}", path.string(), error.message()));
    }
}

std::optional<results::FileSummary> earlier_output(const Run& run, const results::JobDescription& job) {
    const std::filesystem::path& output = run.options.output;
    if (!run.options.resume || !std::filesystem::exists(output)) return std::nullopt;
    results::FileSummary found = results::ResultReader(output).summary();
    if (found.job.job != job.job || found.job.store != job.store)
        throw jobs::InputError(
            fmt::format("{} holds another job: {} (store {}), not {} (store {}); use --overwrite to "
                        "replace it or choose another --output",
                        output.string(), found.job.job, results::to_text(found.job.store), job.job,
                        results::to_text(job.store)));
    return found;
}

void refuse_what_cannot_fit(const Run& run, double estimated_bytes) {
    const auto free = static_cast<double>(results::free_space(run.options.output));
    if (estimated_bytes > free)
        throw jobs::StorageError(
            fmt::format("{} would need about {}, but its file system has {} free; make room or "
                        "choose another --output",
                        run.options.output.string(), bytes_text(estimated_bytes), bytes_text(free)));
}

results::ResultWriter open_output(const Run& run, const results::JobDescription& job, Opening opening) {
    // It was not there when this run began.
    if (opening == Opening::create && std::filesystem::exists(run.options.output))
        throw jobs::StorageError(
            fmt::format("{} was made by another run meanwhile: this run stops", run.options.output.string()));
    const results::Provenance who = provenance(run);
    if (opening != Opening::go_on)
        results::create_result_file(run.options.output, job, who, opening == Opening::replace);
    return {run.options.output, job, who};
}

jobs::ExitStatus answer_complete(const Run& run, const results::FileSummary& output) {
    if (!run.options.quiet)
        fmt::print("{}: complete already, {} numbers\n", run.options.output.string(), output.job.layout.rows);
    return output.failed_numbers > 0 ? jobs::ExitStatus::partial_failed : jobs::ExitStatus::complete;
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
    ignore_signals();  // nothing is left to stop
    if (!run.options.quiet)
        print_summary(run.options.output, totals, writer.rows_at_start(), failures, state);
    return failures > 0 ? jobs::ExitStatus::partial_failed : jobs::ExitStatus::complete;
}

}  // namespace factorize::app
