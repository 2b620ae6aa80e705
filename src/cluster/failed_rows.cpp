#include "cluster/failed_rows.hpp"

#include <iterator>
#include <utility>

namespace factorize::cluster {

namespace {

void forget_failures(Work& work) {
    work.failures = 0;
    work.failed_by.clear();
    work.suspects.clear();
}

}  // namespace

FailedRows::FailedRows(std::uint64_t block_rows, const std::vector<std::uint64_t>& known)
    : block_rows_(block_rows) {
    for (const std::uint64_t row : known) rows_.try_emplace(row);
    known_ = rows_.size();
}

std::vector<std::uint64_t> FailedRows::from(jobs::BlockSpan blocks) const {
    std::vector<std::uint64_t> rows;
    for (auto it = rows_.lower_bound(blocks.first * block_rows_); it != rows_.end(); ++it) {
        rows.push_back(it->first);
    }
    return rows;
}

std::map<std::uint64_t, FailedRow> FailedRows::in(jobs::BlockSpan blocks) const {
    return {rows_.lower_bound(blocks.first * block_rows_), rows_.lower_bound(blocks.end() * block_rows_)};
}

std::uint64_t FailedRows::count_in(jobs::BlockSpan blocks) const {
    const auto first = rows_.lower_bound(blocks.first * block_rows_);
    return static_cast<std::uint64_t>(std::distance(first, rows_.lower_bound(blocks.end() * block_rows_)));
}

std::vector<Work> after_failure(Work work, const Limits& limits, FailedRows& failed_rows) {
    bool gave_up = false;
    for (const auto& [row, times] : work.suspects) {
        if (times < limits.max_attempts) continue;
        failed_rows.give_up(row, {times, work.text});
        gave_up = true;
    }
    if (gave_up) {
        forget_failures(work);
        return {std::move(work)};
    }

    // Row by row every failing row is named, so only workers that contradict each other come so far: give the
    // honest ones the time to agree.
    const std::uint32_t most = work.row_by_row ? 3 * limits.max_attempts : limits.max_attempts;
    if (work.failures < most) return {std::move(work)};

    if (work.blocks.count > 1) {
        forget_failures(work);
        Work second = work;
        work.blocks.count /= 2;
        second.blocks.first += work.blocks.count;
        second.blocks.count -= work.blocks.count;
        return {std::move(work), std::move(second)};
    }
    if (!work.row_by_row) {
        forget_failures(work);
        work.row_by_row = true;
        return {std::move(work)};
    }
    return {};
}

}  // namespace factorize::cluster
