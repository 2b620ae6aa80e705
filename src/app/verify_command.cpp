#include "app/verify_command.hpp"

#include <algorithm>
#include <cstdio>
#include <exception>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "app/clock.hpp"
#include "app/progress.hpp"
#include "app/summary.hpp"
#include "app/tell.hpp"
#include "app/text.hpp"
#include "results/verifier.hpp"
#include "transport/collective.hpp"

namespace factorize::app {
namespace {

/// What a rank has to say. Its error, if any, has to wait until all ranks have met.
struct Share {
    results::Verdict verdict;
    std::string error;
    int status = 0;

    template <class Work>
    void attempt(const Work& work) {
        try {
            work();
        } catch (const jobs::Error& failure) {
            error = failure.what();
            status = static_cast<int>(failure.status());
        } catch (const std::exception& failure) {
            error = failure.what();
            status = static_cast<int>(jobs::ExitStatus::wrong);
        }
    }
    [[noreturn]] void rethrow() const { throw jobs::Error(static_cast<jobs::ExitStatus>(status), error); }

    template <class Archive>
    void serialize(Archive& archive, unsigned) {
        archive& verdict.rows& verdict.factors& verdict.bytes& verdict.unlisted& verdict.faults;
        archive& verdict.named& error& status;
    }
};

void print_verdict(const std::filesystem::path& file, const results::FileSummary& summary,
                   const results::Verdict& verdict, double seconds, int ranks) {
    const bool is_partial = summary.status == results::Status::partial;
    fmt::print("{}: {}\n", file.string(),
               !verdict.is_right() ? "wrong"
               : is_partial        ? "right as far as it goes"
                                   : "right");
    for (const std::string& fault : verdict.named) fmt::print("  {}\n", fault);
    if (verdict.faults > verdict.named.size())
        fmt::print("  and {} more\n", verdict.faults - verdict.named.size());
    fmt::print("  checked      {} of {} numbers, {} factors\n", verdict.rows, summary.job.layout.rows,
               verdict.factors);
    fmt::print("  read         {} in {:.2f} s: {}/s, by {}\n", bytes_text(static_cast<double>(verdict.bytes)),
               seconds, bytes_text(static_cast<double>(verdict.bytes) / seconds),
               counted(static_cast<std::uint64_t>(ranks), "rank"));
    std::fflush(stdout);
}

}  // namespace

jobs::ExitStatus verify_file(const std::filesystem::path& file, const transport::Environment& environment) {
    const double start = steady_seconds();
    const auto ranks = static_cast<std::size_t>(environment.size());
    const auto rank = static_cast<std::size_t>(environment.rank());
    Share share;
    std::unique_ptr<results::Verifier> verifier;
    std::vector<std::uint64_t> cuts;
    // Rank 0 alone opens it first, so that what cannot be opened is told once, even where HDF5 crashes.
    if (rank == 0)
        share.attempt([&] {
            verifier = std::make_unique<results::Verifier>(file);
            share.verdict = verifier->check_tables();
            cuts = verifier->cut(ranks);
        });
    cuts = transport::broadcast(environment, cuts);
    if (cuts.empty() && rank == 0) share.rethrow();
    if (cuts.empty()) return jobs::ExitStatus::storage;

    Progress progress;
    share.attempt([&] {
        if (!verifier) verifier = std::make_unique<results::Verifier>(file);
        const std::uint64_t all = verifier->summary().committed_rows;
        if (rank == 0) progress.begin("verifying", 0, all, start);
        share.verdict.append(verifier->check_rows(
            {.first = cuts[rank], .count = cuts[rank + 1] - cuts[rank]}, [&](std::uint64_t rows) {
                // The others are about as far.
                const double now = steady_seconds();
                if (rank == 0 && progress.is_due(now)) progress.show(std::min(rows * ranks, all), ranks, now);
            }));
    });
    const std::vector<Share> shares = transport::gather(environment, share);
    progress.clear();
    if (rank > 0) return jobs::ExitStatus::complete;

    results::Verdict verdict;
    for (const Share& one : shares) {
        if (!one.error.empty()) one.rethrow();
        verdict.append(one.verdict);
    }
    const results::FileSummary& summary = verifier->summary();
    const bool is_partial = summary.status == results::Status::partial;
    verifier->check_sums(verdict);
    print_verdict(file, summary, verdict, steady_seconds() - start, environment.size());
    if (!verdict.is_right())
        throw jobs::Error(
            jobs::ExitStatus::wrong,
            fmt::format("{} is wrong or damaged: {}{}", file.string(), verdict.named.front(),
                        verdict.faults == 1 ? "" : fmt::format("; and {} more", verdict.faults - 1)));
    if (is_partial) {
        tell("factorize: {} holds {} of {} numbers so far; the others are not computed yet\n", file.string(),
             verdict.rows, summary.job.layout.rows);
        return jobs::ExitStatus::stopped;
    }
    if (summary.failed_numbers > 0) {
        tell("factorize: {}: right, but {} failed; /failures says why\n", file.string(),
             failed_text(summary.failed_numbers));
        return jobs::ExitStatus::partial_failed;
    }
    return jobs::ExitStatus::complete;
}

}  // namespace factorize::app
