#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "app/divisor_phase.hpp"
#include "app/factor_phase.hpp"
#include "app/run.hpp"
#include "app/signals.hpp"
#include "app/tell.hpp"
#include "app/temporary_file.hpp"
#include "app/text.hpp"
#include "jobs/file_descriptor.hpp"
#include "jobs/file_size.hpp"
#include "jobs/number_spool.hpp"
#include "jobs/token_reader.hpp"
#include "results/certificate.hpp"
#include "results/journal.hpp"

namespace factorize::app {
namespace {

namespace fs = std::filesystem;

void spool_input(const RunOptions& options, const fs::path& spool) {
    const bool is_file = options.input != "-";
    const jobs::FileDescriptor file(is_file ? ::open(options.input.c_str(), O_RDONLY | O_CLOEXEC) : -1);
    if (is_file && !file.is_open())
        throw jobs::InputError(fmt::format("cannot read {}: {}", options.input, std::strerror(errno)));
    jobs::TokenReader reader(is_file ? file.get() : STDIN_FILENO, is_file ? options.input : "standard input");
    const jobs::SpoolSummary summary = jobs::spool_numbers(reader, spool, options.skip_invalid);
    if (!is_file) outlive_standard_input();
    if (summary.skipped > 0)
        tell("factorize: skipped {} of the list, the first at {}\n", counted(summary.skipped, "token"),
             summary.first_skipped);
}

std::string name_of(const jobs::NumberSpool& list) { return jobs::list_name(list.rows(), list.xxh64()); }

/// The list that this run is given, in files.new_spool; or, when a run is resumed whose list came from
/// standard input, which nobody can be expected to send twice, the one it kept.
/// InputError also when a resumed run kept another list.
std::unique_ptr<jobs::NumberSpool> read_list(const RunOptions& options, const ListFiles& files) {
    const bool keeps = options.resume && fs::exists(files.spool);
    if (keeps && options.input == "-") {
        auto kept = std::make_unique<jobs::NumberSpool>(files.spool);
        tell("factorize: going on with the {} read before; standard input is not read\n",
             counted(kept->rows(), "number"));
        return kept;
    }
    spool_input(options, files.new_spool);
    auto given = std::make_unique<jobs::NumberSpool>(files.new_spool);
    if (keeps) {
        const std::string kept = name_of(jobs::NumberSpool(files.spool));
        if (kept != name_of(*given))
            throw jobs::InputError(
                fmt::format("{} was begun with another list: {}, and {} is {}; resume it with the list it "
                            "was begun with, "
                            "or use --overwrite to start anew",
                            options.output.string(), kept, options.input, name_of(*given)));
    }
    return given;
}

/// Whether an earlier run of this job began its journal. InputError when it is another job's.
bool has_journal(const Run& run, const ListFiles& files, const results::JournalHeader& header) {
    if (!run.options.resume) return false;
    const std::optional<results::JournalHeader> found = results::read_journal_header(files.journal);
    if (found && *found != header)
        throw jobs::InputError(
            fmt::format("{} belongs to another job: {}, not {}; use --overwrite to start anew or choose "
                        "another --output",
                        files.journal.string(), found->job, header.job));
    return found.has_value();
}

}  // namespace

jobs::ExitStatus run_list(const Run& run) {
    const fs::path& output = run.options.output;
    const ListFiles files(output);
    const TemporaryFile new_spool(files.new_spool);
    const std::unique_ptr<jobs::NumberSpool> list = read_list(run.options, files);
    jobs::NumberSpool& spool = *list;
    results::JobDescription job{.job = name_of(spool),
                                .store = run.options.store,
                                .layout = jobs::make_layout(spool.rows(), 0, jobs::list_block_rows)};
    const results::JournalHeader header{.job = fmt::format("{} {}", job.job, results::to_text(job.store)),
                                        .rows = job.layout.rows,
                                        .block_rows = job.layout.block_rows};
    const bool begun = has_journal(run, files, header);
    bool replaces = run.options.overwrite;
    std::optional<results::FileSummary> earlier;
    try {
        earlier = earlier_output(run, job);
    } catch (const jobs::Error&) {
        // A journal beside a file that is not this job's: no run begins one without --overwrite. It was
        // killed before the new file took the old one's place, and may do so still.
        if (!begun) throw;
        replaces = true;
    }
    if (earlier && earlier->status != results::Status::partial) {
        files.remove();  // left when the run that completed it was killed between its last two steps
        return answer_complete(run, *earlier);
    }
    // The list is good and may be written: what an earlier run left goes only now, the journal first, so that
    // it never lies beside another list.
    if (!run.options.resume) fs::remove(files.journal);
    spool.move_to(files.spool);
    results::Journal journal(files.journal, header);
    FactorPhase factoring(spool, journal, job.layout, job.store);
    run.loop.run(factoring, "factoring");
    journal.sync();  // the output is made only by the run that the journal still belongs to

    const std::vector<std::uint64_t> first_factors = factoring.first_factors();
    job.layout = jobs::make_layout(spool.rows(), first_factors.back(), jobs::list_block_rows);
    if (!earlier)
        refuse_what_cannot_fit(run, jobs::estimated_file_bytes(static_cast<double>(spool.rows()),
                                                               static_cast<double>(first_factors.back()),
                                                               spool.largest(), job.store));
    results::ResultWriter writer = open_output(run, job,
                                               earlier    ? Opening::go_on
                                               : replaces ? Opening::replace
                                                          : Opening::create);
    std::vector<std::uint64_t> failed_rows;
    for (const auto& [row, failure] : factoring.failures()) failed_rows.push_back(row);
    LayOutPhase laying_out(writer, job.layout, job.store, spool, journal, first_factors, failed_rows);
    const auto recorded = earlier ? earlier->failures : std::vector<results::Failure>();
    for (const auto& [row, failure] : factoring.unrecorded_failures(recorded))
        laying_out.record_failure(row, failure.attempts, failure.message);
    run.loop.run(laying_out, "laying out");
    const jobs::ExitStatus status = finish(run, writer, job, results::list_certificate());
    journal.remove();
    files.remove();
    return status;
}

}  // namespace factorize::app
