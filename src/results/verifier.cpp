#include "results/verifier.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "jobs/census.hpp"
#include "jobs/number_spool.hpp"
#include "jobs/ranges.hpp"
#include "jobs/task.hpp"
#include "results/certificate.hpp"
#include "results/file_contents.hpp"
#include "results/result_reader.hpp"
#include "results/row_check.hpp"

namespace factorize::results {
namespace {

/// Rows that are compared with T and S together: as many as take twenty times as long to read as the two to
/// evaluate, at 0.1 us a row (measured near 10^12).
std::uint64_t blocks_a_stretch(const jobs::Layout& layout, const std::optional<jobs::Ranges>& ranges) {
    if (!ranges) return 1;
    const double rows = 20 * jobs::census_seconds(ranges->all().back().last) / 1e-7;
    return static_cast<std::uint64_t>(rows / static_cast<double>(layout.block_rows)) + 1;
}

}  // namespace

struct Verifier::State {
    ResultReader reader;
    const FileSummary& summary;
    const jobs::Layout& layout;
    const std::optional<jobs::Ranges>& ranges;
    std::optional<jobs::RangeCensus> census;
    RowCheck rows;
    std::pair<std::uint64_t, jobs::Census> last_census;  // a row, and what those before it add up to

    explicit State(const std::filesystem::path& path)
        : reader(path),
          summary(reader.summary()),
          layout(reader.layout()),
          ranges(reader.ranges()),
          census(ranges ? std::optional(jobs::RangeCensus(*ranges, summary.job.store)) : std::nullopt),
          rows(summary, ranges ? &*ranges : nullptr, census ? &*census : nullptr) {}

    [[nodiscard]] bool is_whole() const { return summary.committed_blocks == layout.blocks(); }

    void check_status(Verdict& verdict) const {
        for (const std::uint64_t block : summary.broken_block_rows)
            verdict.add_fault(
                fmt::format("block {}: its row in /blocks is damaged, or was torn by a power loss", block));
        if (summary.status == Status::partial) return;
        const bool failed = summary.status == Status::partial_failed;
        if (!is_whole())
            verdict.add_fault(fmt::format("status {}, but only {} of {} blocks are committed",
                                          to_text(summary.status), summary.committed_blocks,
                                          layout.blocks()));
        if (failed != (summary.failed_numbers > 0))
            verdict.add_fault(fmt::format("status {}, but {} numbers in /failures", to_text(summary.status),
                                          summary.failed_numbers));
        if (summary.totals.numbers != layout.rows || summary.totals.factors != layout.factors)
            verdict.add_fault(fmt::format("its totals are {} numbers and {} factors, but it holds {} and {}",
                                          summary.totals.numbers, summary.totals.factors, layout.rows,
                                          layout.factors));
    }

    void check_certificate(Verdict& verdict) const {
        const std::string& found = summary.totals.certificate;
        if (found.empty() && summary.status == Status::partial) return;
        if (found != (census ? range_certificate(layout.factors, census->total().sum) : list_certificate()))
            verdict.add_fault("its certificate is not the one of its job");
    }

    void check_failures(Verdict& verdict) const {
        if (summary.stray_failures) verdict.add_fault("/failures: something stands behind the last failure");
        if (summary.failed_numbers > summary.failures.size() && summary.failures.size() < failure_capacity)
            verdict.add_fault("/failures: more are counted than listed, although there is room");
    }

    /// Each number listed in /failures must be one of the job, listed once, and lack its factors; in a list
    /// where it stands in several rows, in one of them at least.
    void check_failed_numbers(Verdict& verdict) {
        if (summary.failures.empty() || !reader.knows_all_numbers()) return;
        std::vector<std::uint64_t> failed;
        for (const Failure& failure : summary.failures) failed.push_back(failure.number);
        std::ranges::sort(failed);
        const std::vector<std::vector<std::uint64_t>> rows_of = reader.rows_of(failed);
        for (std::size_t i = 0; i < failed.size(); ++i) {
            const std::vector<std::uint64_t>& of_number = rows_of[i];
            if (i > 0 && failed[i] == failed[i - 1])
                verdict.add_fault(fmt::format("/failures: {} is listed twice", failed[i]));
            else if (of_number.empty())
                verdict.add_fault(fmt::format("/failures: {} is none of the job's numbers", failed[i]));
            else if (std::ranges::all_of(of_number, [this](std::uint64_t row) { return has_factors(row); }))
                verdict.add_fault(fmt::format("/failures: {} is listed, but row {} has its factors",
                                              failed[i], of_number.front()));
        }
    }

    /// Whether the row can be read and is not empty.
    [[nodiscard]] bool has_factors(std::uint64_t row) {
        const std::optional<Row> found = reader.row(row);
        return found && found->stored_count > 0;
    }

    void check_job(Verdict& verdict) {
        if (summary.definition != definition_of(summary.job.store))
            verdict.add_fault("its definition is not the one of its store");
        if (census && census->total().factors != layout.factors)
            verdict.add_fault(fmt::format("it has room for {} factors, but T gives {} for its job",
                                          layout.factors,
                                          static_cast<std::uint64_t>(census->total().factors)));
        if (ranges) return;
        constexpr std::size_t hash_digits = 16;
        const std::string name = jobs::list_name(layout.rows, is_whole() ? reader.hash_numbers() : 0);
        const std::size_t compared = is_whole() ? name.size() : name.size() - hash_digits;
        if (summary.job.job.size() != name.size() || !summary.job.job.starts_with(name.substr(0, compared)))
            verdict.add_fault(is_whole() ? fmt::format("its numbers are those of '{}', not of its job", name)
                                         : "its job is neither a range nor a list of its length");
    }

    /// Runs of committed blocks, none too long.
    [[nodiscard]] std::vector<jobs::BlockSpan> stretches(jobs::BlockSpan blocks) const {
        const std::uint64_t longest = blocks_a_stretch(layout, ranges);
        std::vector<jobs::BlockSpan> spans;
        for (std::uint64_t block = blocks.first; block < blocks.end(); ++block) {
            if (!reader.is_committed(block)) continue;
            if (!spans.empty() && spans.back().end() == block && spans.back().count < longest)
                ++spans.back().count;
            else
                spans.push_back({block, 1});
        }
        return spans;
    }

    /// Where the divisors of a block begin, if that is known without it.
    [[nodiscard]] std::optional<std::uint64_t> known_begin(std::uint64_t block) {
        if (block == 0) return 0;
        const std::optional<BlockRow> before = reader.block_row(block - 1);
        return before ? std::optional(before->first_factor + before->factors) : std::nullopt;
    }

    void check_block(std::uint64_t block, Verdict& verdict) {
        const std::uint64_t first_row = layout.first_row(block);
        const std::uint64_t end_row = first_row + layout.rows_in(block);
        const std::string name = fmt::format("block {} (rows {} to {})", block, first_row, end_row - 1);
        try {
            const BlockRow row = reader.block_row(block).value();
            const std::uint64_t end = row.first_factor + row.factors;
            if (known_begin(block).value_or(row.first_factor) != row.first_factor ||
                (end_row == layout.rows && end != layout.factors))
                verdict.add_fault(name + ": its factors do not join those of its neighbours");
            const StoredBytes stored = reader.stored_bytes(block);
            verdict.bytes += stored.count;
            if (stored.xxh64 != row.xxh64) {
                verdict.add_fault(fmt::format("{}: its bytes have the checksum {:016x}, not {:016x}", name,
                                              stored.xxh64, row.xxh64));
                return;
            }
            if (rows.next_row() != first_row || !rows.joins(row.first_factor))
                rows.begin(first_row, row.first_factor);
            reader.for_each_row(first_row, layout.rows_in(block), [&](const Row& found) {
                rows.take(found, verdict);
                return true;
            });
            if (rows.reach(end_row, end, verdict) && !rows.joins(end))
                verdict.add_fault(
                    fmt::format("{}: its factors do not end at element {}, as /blocks says", name, end));
        } catch (const hdf5::LibraryError& error) {
            verdict.add_fault(fmt::format("{}: {}", name, error.fault()));
        }
    }

    jobs::Census census_before(std::uint64_t row) {
        if (last_census.first != row) last_census = {row, census->before(row)};
        return last_census.second;
    }

    /// Compares the rows that were just checked with T and S.
    void certify(Verdict& verdict) {
        const std::uint64_t first = rows.first_row();
        const std::uint64_t end = rows.next_row();
        if (first == end) return;  // all wait for a block that is not there yet
        const jobs::Census before = census_before(first);
        const jobs::Census expected = census_before(end) - before;
        if (before.factors != rows.first_position())
            verdict.add_fault(fmt::format("rows {} to {}: their factors begin at element {}, not at {}",
                                          first, end - 1, rows.first_position(),
                                          static_cast<std::uint64_t>(before.factors)));
        if (rows.found() == expected) return;
        const std::uint64_t faults = verdict.faults;
        reader.for_each_row(first, end - first, [&](const Row& row) {
            const auto missing = row.failed ? std::nullopt : rows.what_is_missing(row);
            if (missing) verdict.add_fault(*missing);
            return true;
        });
        if (verdict.faults == faults)
            verdict.add_fault(
                fmt::format("rows {} to {}: {} factors with the sum {}, but T and S give {} and {}", first,
                            end - 1, static_cast<std::uint64_t>(rows.found().factors), rows.found().sum,
                            static_cast<std::uint64_t>(expected.factors), expected.sum));
    }
};

Verifier::Verifier(const std::filesystem::path& path) : state_(std::make_unique<State>(path)) {}
Verifier::~Verifier() = default;

const FileSummary& Verifier::summary() const { return state_->summary; }

Verdict Verifier::check_tables() {
    Verdict verdict;
    state_->check_status(verdict);
    state_->check_certificate(verdict);
    state_->check_failures(verdict);
    try {
        state_->check_failed_numbers(verdict);
        state_->check_job(verdict);
    } catch (const hdf5::LibraryError& error) {
        verdict.add_fault(error.fault());
    }
    return verdict;
}

std::vector<std::uint64_t> Verifier::cut(std::uint64_t shares) const {
    const State& state = *state_;
    std::vector<std::uint64_t> cuts{0};
    std::uint64_t committed = 0;
    for (std::uint64_t block = 0; block < state.layout.blocks() && cuts.size() < shares; ++block) {
        if (state.reader.is_committed(block)) ++committed;
        while (cuts.size() < shares && committed >= state.summary.committed_blocks * cuts.size() / shares)
            cuts.push_back(block + 1);
    }
    cuts.resize(shares, state.layout.blocks());
    cuts.push_back(state.layout.blocks());
    return cuts;
}

void Verifier::check_sums(Verdict& verdict) const {
    const FileSummary& summary = state_->summary;
    const std::uint64_t unlisted = summary.failed_numbers - summary.failures.size();
    if (verdict.unlisted > unlisted)
        verdict.add_fault(
            fmt::format("{} numbers have no factors and are not listed in /failures, which "
                        "counts {} beyond those listed",
                        verdict.unlisted, unlisted));
    if (verdict.is_right() && summary.status != Status::partial && verdict.rows != state_->layout.rows)
        verdict.add_fault(
            fmt::format("only {} of its {} rows can be read", verdict.rows, state_->layout.rows));
}

Verdict Verifier::check_rows(jobs::BlockSpan blocks, const std::function<void(std::uint64_t rows)>& passed) {
    Verdict verdict;
    std::uint64_t done = 0;
    for (const jobs::BlockSpan& stretch : state_->stretches(blocks)) {
        const std::uint64_t faults = verdict.faults;
        state_->rows.begin(state_->layout.first_row(stretch.first), 0);
        for (std::uint64_t block = stretch.first; block < stretch.end(); ++block) {
            state_->check_block(block, verdict);
            done += state_->layout.rows_in(block);
            if (passed) passed(done);
        }
        if (state_->census && verdict.faults == faults) state_->certify(verdict);
    }
    return verdict;
}

}  // namespace factorize::results
