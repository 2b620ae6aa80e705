#include "app/factor_phase.hpp"

#include <algorithm>
#include <numeric>
#include <span>

#include "jobs/factorization_codec.hpp"

namespace factorize::app {

FactorPhase::FactorPhase(const jobs::NumberSpool& spool, results::Journal& journal,
                         const jobs::Layout& layout, jobs::Store store)
    : spool_(spool), journal_(journal), layout_(layout), store_(store), block_factors_(layout.blocks()) {
    std::vector<jobs::FactoredRow> rows;
    for (std::uint64_t block = 0; block < layout_.blocks(); ++block) {
        if (!journal_.has(block)) continue;
        const std::vector<std::byte> frame = journal_.read(block);
        block_factors_[block] = jobs::stored_divisors(frame);
        rows.clear();
        jobs::decode_factorizations(frame, rows);
        for (std::size_t i = 0; i < rows.size(); ++i)
            if (!rows[i].primes) failures_[layout_.first_row(block) + i] = {0, "failed in an earlier run"};
    }
}

cluster::Job FactorPhase::job() const {
    return {.kind = cluster::JobKind::factor_list,
            .store = store_,
            .layout = layout_,
            .ranges = {},
            .census = {}};
}

cluster::Phase FactorPhase::plan() const {
    cluster::Phase plan{.blocks = layout_.blocks(),
                        .block_rows = layout_.block_rows,
                        .min_blocks = 1,
                        .max_blocks = 0,
                        .known_failed_rows = {}};
    for (const auto& [row, failure] : failures_) plan.known_failed_rows.push_back(row);
    return plan;
}

std::vector<std::byte> FactorPhase::payload(jobs::BlockSpan blocks) {
    const std::uint64_t first = layout_.first_row(blocks.first);
    const std::uint64_t end = layout_.first_row(blocks.end() - 1) + layout_.rows_in(blocks.end() - 1);
    std::vector<std::uint64_t> numbers(end - first);
    spool_.read(first, numbers);
    const auto bytes = std::as_bytes(std::span(numbers));
    return {bytes.begin(), bytes.end()};
}

results::CheckedResult FactorPhase::check(const jobs::TaskResult& result) const {
    return results::check_frames(result, layout_.blocks());
}

void FactorPhase::store(const results::CheckedResult& checked, int, std::uint32_t) {
    (void)journal_.append(checked);
    for (const jobs::BlockResult& block : checked.result.blocks) block_factors_[block.block] = block.factors;
}

void FactorPhase::record_failure(std::uint64_t row, std::uint32_t attempts, const std::string& message) {
    failures_[row] = {attempts, message};
}

std::map<std::uint64_t, FactorPhase::Failure> FactorPhase::unrecorded_failures(
    std::span<const results::Failure> recorded) const {
    std::map<std::uint64_t, Failure> unrecorded = failures_;
    std::erase_if(unrecorded, [&](const auto& entry) {
        const auto& [row, failure] = entry;
        if (failure.attempts > 0) return false;
        // All were recorded with one commit: those that did not fit were counted then.
        if (recorded.size() == results::failure_capacity) return true;
        std::uint64_t number = 0;
        spool_.read(row, {&number, 1});
        return std::ranges::find(recorded, number, &results::Failure::number) != recorded.end();
    });
    return unrecorded;
}

std::vector<std::uint64_t> FactorPhase::first_factors() const {
    std::vector<std::uint64_t> first(block_factors_.size() + 1, 0);
    std::partial_sum(block_factors_.begin(), block_factors_.end(), first.begin() + 1);
    return first;
}

}  // namespace factorize::app
