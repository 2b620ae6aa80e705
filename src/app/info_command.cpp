#include "app/info_command.hpp"

#include <iterator>
#include <string>

#include <fmt/format.h>
#include <unistd.h>

#include "app/summary.hpp"
#include "jobs/line_writer.hpp"
#include "results/journal.hpp"
#include "results/result_creator.hpp"
#include "results/result_reader.hpp"

namespace factorize::app {
namespace {

std::string journal_text(const std::filesystem::path& file) {
    std::string text;
    const auto out = std::back_inserter(text);
    const results::JournalProgress progress = results::read_journal_progress(results::journal_path(file));
    fmt::format_to(out, "{}: not there yet; its list is being factored\n", file.string());
    fmt::format_to(out, "  job          {}\n", progress.header.job);
    fmt::format_to(
        out, "  factored     {} of {} blocks, about {:.1f} %\n", progress.blocks, progress.header.blocks(),
        100.0 * static_cast<double>(progress.blocks) / static_cast<double>(progress.header.blocks()));
    return text;
}

std::string file_text(const std::filesystem::path& file) {
    std::string text;
    const auto out = std::back_inserter(text);
    const results::ResultReader reader(file);
    const results::FileSummary& summary = reader.summary();
    const jobs::Layout& layout = reader.layout();
    const results::Provenance& run = summary.provenance;
    fmt::format_to(out, "{}: {}\n", file.string(), results::to_text(summary.status));
    fmt::format_to(out, "  job          {}, store {}\n", summary.job.job,
                   results::to_text(summary.job.store));
    fmt::format_to(out, "  committed    {} of {} numbers ({:.1f} %), {} of {} factors\n",
                   summary.committed_rows, layout.rows,
                   100.0 * static_cast<double>(summary.committed_rows) / static_cast<double>(layout.rows),
                   summary.committed_factors, layout.factors);
    if (summary.failed_numbers > 0)
        fmt::format_to(out, "  failed       {} numbers, see /failures\n", summary.failed_numbers);
    fmt::format_to(out, "  file         {}, {:.1f} bytes a number\n",
                   bytes_text(static_cast<double>(summary.file_bytes)),
                   static_cast<double>(summary.file_bytes) / static_cast<double>(layout.rows));
    fmt::format_to(out, "  layout       {} blocks of {} rows, chunks of {} factors\n", layout.blocks(),
                   layout.block_rows, layout.factor_chunk);
    fmt::format_to(out, "  compute      {:.2f} s of compute threads, {:.3g} us a number\n",
                   summary.compute_seconds,
                   summary.committed_rows == 0
                       ? 0.0
                       : 1e6 * summary.compute_seconds / static_cast<double>(summary.committed_rows));
    if (summary.status != results::Status::partial) {
        const double numbers = static_cast<double>(summary.totals.numbers);
        fmt::format_to(
            out,
            "  run          {:.2f} s, {:.3g} numbers/s, parallel efficiency {:.0f} %, {} tasks reassigned\n",
            summary.totals.seconds, numbers / summary.totals.seconds,
            100 * summary.totals.parallel_efficiency, summary.totals.tasks_reassigned);
        fmt::format_to(out, "  certificate  {}\n", summary.totals.certificate);
    }
    fmt::format_to(out, "  started      {}{}{}\n", run.started,
                   summary.resumed.empty() ? "" : ", resumed " + summary.resumed,
                   summary.totals.finished.empty() ? "" : ", finished " + summary.totals.finished);
    fmt::format_to(out, "  by           factorize {} ({}), {}, HDF5 {}, {} rank{} on {}{}\n",
                   run.program_version, run.git_commit, run.mpi_version, summary.hdf5_version, run.ranks,
                   run.ranks == 1 ? "" : "s", run.hosts,
                   run.slurm_job_id.empty() ? ""
                                            : fmt::format(", Slurm job {} (restarted {} times)",
                                                          run.slurm_job_id, run.slurm_restarts));
    fmt::format_to(out, "  command      {}\n", run.command_line);
    return text;
}

}  // namespace

jobs::ExitStatus print_info(const std::filesystem::path& file) {
    // A run follows the link, and keeps its journal beside what it leads to.
    const std::filesystem::path output = results::link_target(file);
    const bool only_journal =
        !std::filesystem::exists(output) && std::filesystem::exists(results::journal_path(output));
    const std::string text = only_journal ? journal_text(output) : file_text(file);
    jobs::LineWriter out(STDOUT_FILENO, "standard output");
    out.text(text);
    out.close();
    return jobs::ExitStatus::complete;
}

}  // namespace factorize::app
