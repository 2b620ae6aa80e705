#include "app/info_command.hpp"

#include <algorithm>
#include <ctime>
#include <iterator>
#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include "app/summary.hpp"
#include "app/text.hpp"
#include "jobs/line_writer.hpp"
#include "results/journal.hpp"
#include "results/output_lock.hpp"
#include "results/result_creator.hpp"
#include "results/result_reader.hpp"

namespace factorize::app {
namespace {

using Json = nlohmann::ordered_json;

double seconds_of(const std::string& utc) {
    std::tm time{};
    return ::strptime(utc.c_str(), "%Y-%m-%dT%H:%M:%SZ", &time) == nullptr
               ? 0
               : static_cast<double>(::timegm(&time));
}

/// How the last run gets on, judged by what it has committed until the file was last written.
struct Pace {
    Pace(const results::FileSummary& summary, const std::filesystem::path& file) {
        struct stat state {};
        if (::stat(file.c_str(), &state) != 0) return;
        const auto written = static_cast<double>(state.st_mtim.tv_sec);
        since_written_s = std::max(0.0, static_cast<double>(std::time(nullptr)) - written);
        const double at_work =
            written - seconds_of(summary.resumed.empty() ? summary.provenance.started : summary.resumed);
        if (at_work <= 0 || summary.committed_rows <= summary.rows_at_start) return;
        numbers_per_s = static_cast<double>(summary.committed_rows - summary.rows_at_start) / at_work;
        left_s = static_cast<double>(summary.job.layout.rows - summary.committed_rows) / numbers_per_s;
    }

    double since_written_s = 0;
    double numbers_per_s = 0;  ///< 0: not known yet
    double left_s = 0;
};

std::string at_work(const std::filesystem::path& output) {
    return fmt::format("  at work      {}\n",
                       results::lock_owner(output).value_or("nobody: factorize run --resume goes on"));
}

std::string text_of(const results::JournalProgress& progress, const std::filesystem::path& file) {
    const auto blocks = static_cast<double>(progress.header.blocks());
    return fmt::format(
        "{}: not there yet; its list is factored first\n"
        "  job          {}\n"
        "  factored     {} of {} blocks, about {:.1f} %\n"
        "{}",
        file.string(), progress.header.job, progress.blocks, progress.header.blocks(),
        100.0 * static_cast<double>(progress.blocks) / blocks, at_work(file));
}

Json json_of(const results::JournalProgress& progress, const std::filesystem::path& file) {
    return {{"file", file.string()},
            {"status", "factoring"},
            {"job", progress.header.job},
            {"numbers", progress.header.rows},
            {"blocks", progress.header.blocks()},
            {"factored_blocks", progress.blocks}};
}

std::string text_of(const results::FileSummary& summary, const std::filesystem::path& file) {
    std::string text;
    const auto out = std::back_inserter(text);
    const jobs::Layout& layout = summary.job.layout;
    const results::Provenance& run = summary.provenance;
    fmt::format_to(out, "{}: {}\n", file.string(), results::to_text(summary.status));
    fmt::format_to(out, "  job          {}, store {}\n", summary.job.job,
                   results::to_text(summary.job.store));
    fmt::format_to(out, "  committed    {} of {} numbers ({:.1f} %), {} of {} factors\n",
                   summary.committed_rows, layout.rows,
                   100.0 * static_cast<double>(summary.committed_rows) / static_cast<double>(layout.rows),
                   summary.committed_factors, layout.factors);
    if (summary.failed_numbers > 0)
        fmt::format_to(out, "  failed       {}, see /failures\n", failed_text(summary.failed_numbers));
    fmt::format_to(out, "  file         {}", bytes_text(static_cast<double>(summary.file_bytes)));
    if (summary.committed_rows == layout.rows)
        fmt::format_to(out, ", {:.1f} bytes a number",
                       static_cast<double>(summary.file_bytes) / static_cast<double>(layout.rows));
    text += "\n";
    fmt::format_to(out, "  layout       {} blocks of {} rows, chunks of {} factors\n", layout.blocks(),
                   layout.block_rows, layout.factor_chunk);
    fmt::format_to(
        out, "  compute      {:.2f} s of compute threads, {} a number\n", summary.compute_seconds,
        duration_text(summary.committed_rows == 0
                          ? 0.0
                          : summary.compute_seconds / static_cast<double>(summary.committed_rows)));
    if (summary.status != results::Status::partial) {
        fmt::format_to(out, "  run          {}, parallel efficiency {:.0f} %, {} reassigned\n",
                       speed_text(summary.totals, summary.rows_at_start),
                       100 * summary.totals.parallel_efficiency,
                       counted(summary.totals.tasks_reassigned, "task"));
        fmt::format_to(out, "  certificate  {}\n", summary.totals.certificate);
    } else {
        const Pace pace(summary, file);
        const std::string rate = pace.numbers_per_s == 0
                                     ? "not known yet"
                                     : fmt::format("{} since the last start, {} left at that",
                                                   rate_text(pace.numbers_per_s), clock_text(pace.left_s));
        fmt::format_to(out, "  pace         {}; last written {} ago\n", rate,
                       clock_text(pace.since_written_s));
        text += at_work(file);
    }
    fmt::format_to(out, "  started      {}{}{}\n", run.started,
                   summary.resumed.empty() ? "" : ", resumed " + summary.resumed,
                   summary.totals.finished.empty() ? "" : ", finished " + summary.totals.finished);
    fmt::format_to(out, "  by           factorize {} ({}), {}, HDF5 {}, {} on {}{}\n", run.program_version,
                   run.git_commit, run.mpi_version, summary.hdf5_version,
                   counted(static_cast<std::uint64_t>(run.ranks), "rank"), run.hosts,
                   run.slurm_job_id.empty() ? ""
                                            : fmt::format(", Slurm job {} (restarted {})", run.slurm_job_id,
                                                          counted(run.slurm_restarts, "time")));
    fmt::format_to(out, "  command      {}\n", run.command_line);
    return text;
}

Json json_of(const results::FileSummary& summary, const std::filesystem::path& file) {
    const jobs::Layout& layout = summary.job.layout;
    const results::Provenance& run = summary.provenance;
    const results::Totals& totals = summary.totals;
    Json json{{"file", file.string()},
              {"status", results::to_text(summary.status)},
              {"job", summary.job.job},
              {"store", results::to_text(summary.job.store)},
              {"numbers", layout.rows},
              {"factors", layout.factors},
              {"committed_numbers", summary.committed_rows},
              {"committed_factors", summary.committed_factors},
              {"failed_numbers", summary.failed_numbers},
              {"file_bytes", summary.file_bytes},
              {"blocks", layout.blocks()},
              {"block_rows", layout.block_rows},
              {"factor_chunk", layout.factor_chunk},
              {"compute_seconds", summary.compute_seconds},
              {"starts", summary.starts},
              {"started", run.started}};
    if (!summary.resumed.empty()) json["resumed"] = summary.resumed;
    if (summary.status == results::Status::partial) {
        const Pace pace(summary, file);
        json["seconds_since_written"] = pace.since_written_s;
        if (const auto writer = results::lock_owner(file)) json["writer"] = *writer;
        if (pace.numbers_per_s > 0) {
            json["numbers_per_second"] = pace.numbers_per_s;
            json["seconds_left"] = pace.left_s;
        }
    } else {
        json["finished"] = totals.finished;
        json["seconds"] = totals.seconds;
        json["parallel_efficiency"] = totals.parallel_efficiency;
        json["tasks_reassigned"] = totals.tasks_reassigned;
        json["certificate"] = totals.certificate;
    }
    json["program_version"] = run.program_version;
    json["git_commit"] = run.git_commit;
    json["mpi_version"] = run.mpi_version;
    json["hdf5_version"] = summary.hdf5_version;
    json["ranks"] = run.ranks;
    json["hosts"] = run.hosts;
    if (!run.slurm_job_id.empty()) {
        json["slurm_job_id"] = run.slurm_job_id;
        json["slurm_restarts"] = run.slurm_restarts;
    }
    json["command_line"] = run.command_line;
    return json;
}

template <class Found>
std::string printed(const Found& found, const std::filesystem::path& file, bool json) {
    if (!json) return text_of(found, file);
    // A path may be no UTF-8.
    return json_of(found, file).dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

/// Of a list whose output is not there yet.
bool is_only_journal(const std::filesystem::path& output) {
    return !std::filesystem::exists(output) && std::filesystem::exists(results::journal_path(output));
}

}  // namespace

void expect_output(const std::filesystem::path& file) {
    if (is_only_journal(results::link_target(file)))
        throw jobs::Stopped(
            fmt::format("{} is not there yet: its list is factored first; see factorize info {}",
                        file.string(), file.string()));
}

jobs::ExitStatus print_info(const std::filesystem::path& file, bool json) {
    // A run follows the link, and keeps its journal beside what it leads to.
    const std::filesystem::path output = results::link_target(file);
    const std::string text =
        is_only_journal(output)
            ? printed(results::read_journal_progress(results::journal_path(output)), output, json)
            : printed(results::ResultReader(output).summary(), output, json);
    jobs::LineWriter out(STDOUT_FILENO, "standard output");
    out.text(text);
    out.close();
    return jobs::ExitStatus::complete;
}

}  // namespace factorize::app
