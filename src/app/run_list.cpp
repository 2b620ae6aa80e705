#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <limits>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "app/divisor_phase.hpp"
#include "app/factor_phase.hpp"
#include "app/run.hpp"
#include "jobs/number_spool.hpp"
#include "jobs/token_reader.hpp"
#include "results/journal.hpp"
#include "results/result_reader.hpp"

namespace factorize::app {
namespace {

namespace fs = std::filesystem;

fs::path spool_path(const fs::path& output) { return output.string() + ".spool"; }

/// Standard input, or a file that is closed in the end.
class Input {
public:
    explicit Input(const std::string& name)
        : is_file_(name != "-"),
          descriptor_(is_file_ ? ::open(name.c_str(), O_RDONLY | O_CLOEXEC) : STDIN_FILENO) {
        if (descriptor_ < 0)
            throw jobs::InputError(fmt::format("cannot read {}: {}", name, std::strerror(errno)));
    }
    ~Input() {
        if (is_file_) ::close(descriptor_);
    }
    Input(const Input&) = delete;
    Input& operator=(const Input&) = delete;

    [[nodiscard]] int descriptor() const { return descriptor_; }

private:
    bool is_file_;
    int descriptor_;
};

/// Puts the list into the spool, unless an earlier run did. @return whether it is a new one
bool spool_input(const Run& run) {
    const fs::path spool = spool_path(run.options.output);
    if (run.options.resume && fs::exists(spool)) return false;
    const Input input(run.options.input);
    jobs::TokenReader reader(input.descriptor(),
                             run.options.input == "-" ? "standard input" : run.options.input);
    const jobs::SpoolSummary summary = jobs::spool_numbers(reader, spool, run.options.skip_invalid);
    if (summary.skipped > 0)
        fmt::print(stderr, "factorize: skipped {} token{} of the list, the first at {}\n", summary.skipped,
                   summary.skipped == 1 ? "" : "s", summary.first_skipped);
    return true;
}

/// An earlier run that did not finish must not be lost by accident.
void refuse_unfinished(const Run& run) {
    const fs::path journal = results::journal_path(run.options.output);
    if (!run.options.resume && !run.options.overwrite && fs::exists(journal))
        throw jobs::InputError(
            fmt::format("{} exists: an earlier run of a list did not finish; use --resume to continue it or "
                        "--overwrite to start anew",
                        journal.string()));
}

}  // namespace

jobs::ExitStatus run_list(const Run& run) {
    const fs::path& output = run.options.output;
    refuse_unfinished(run);
    const bool new_spool = spool_input(run);
    const jobs::NumberSpool spool(spool_path(output));
    results::JobDescription job{
        .job = fmt::format("list {} numbers xxh64:{:016x}", spool.rows(), spool.xxh64()),
        .store = run.options.store,
        .layout = jobs::make_layout(spool.rows(), 0, jobs::list_block_rows)};
    if (run.continues()) {
        const results::FileSummary old = results::ResultReader(output).summary();
        const bool same = old.job.job == job.job && old.job.store == job.store;
        if (new_spool && (!same || old.status != results::Status::partial)) fs::remove(spool_path(output));
        if (!same)
            throw jobs::InputError(
                fmt::format("{} holds another job: {} (store {}), not {} (store {}); use --overwrite to "
                            "replace it or choose another --output",
                            output.string(), old.job.job, results::to_text(old.job.store), job.job,
                            results::to_text(job.store)));
        if (old.status != results::Status::partial)
            return answer_complete(run, job.layout.rows, old.failed_numbers);
    }
    if (!run.options.resume) fs::remove(results::journal_path(output));
    results::Journal journal(results::journal_path(output),
                             {.job = fmt::format("{} {}", job.job, results::to_text(job.store)),
                              .rows = job.layout.rows,
                              .block_rows = job.layout.block_rows});
    FactorPhase factoring(spool, journal, job.layout, job.store);
    run.loop.run(factoring, "factoring");

    const std::vector<std::uint64_t> first_factors = factoring.first_factors();
    job.layout = jobs::make_layout(spool.rows(), first_factors.back(), jobs::list_block_rows);
    refuse_what_cannot_fit(run, static_cast<double>(spool.rows()), static_cast<double>(first_factors.back()),
                           std::numeric_limits<std::uint64_t>::max());
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
               "the factors "
               "of every task were counted and summed, and agree with tau and sigma.");
    journal.remove();
    fs::remove(spool_path(output));
    return status;
}

}  // namespace factorize::app
