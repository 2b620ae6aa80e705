// The rows given up, and what becomes of work that failed. That it ends: see `after_failure`.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "cluster/limits.hpp"
#include "cluster/task_queue.hpp"

namespace factorize::cluster {

struct FailedRow {
    std::uint32_t attempts = 0;  ///< 0: an earlier run gave it up and recorded it
    std::string text;
};

/// Bounded: a run ends when more than Limits::max_failed_rows are in it.
class FailedRows {
public:
    FailedRows() = default;
    /// @param known  rows that earlier runs gave up, of blocks already stored or not
    FailedRows(std::uint64_t block_rows, const std::vector<std::uint64_t>& known);

    void give_up(std::uint64_t row, const FailedRow& failed) { rows_.try_emplace(row, failed); }

    [[nodiscard]] bool contains(std::uint64_t row) const { return rows_.contains(row); }
    /// Rows given up by this run.
    [[nodiscard]] std::uint64_t given_up() const { return rows_.size() - known_; }

    /// What a worker has to know to solve `blocks`: all rows from its first on.
    [[nodiscard]] std::vector<std::uint64_t> from(jobs::BlockSpan blocks) const;

    [[nodiscard]] std::map<std::uint64_t, FailedRow> in(jobs::BlockSpan blocks) const;
    [[nodiscard]] std::uint64_t count_in(jobs::BlockSpan blocks) const;

    [[nodiscard]] std::uint64_t block_of(std::uint64_t row) const { return row / block_rows_; }

private:
    std::uint64_t block_rows_ = 1;
    std::uint64_t known_ = 0;
    std::map<std::uint64_t, FailedRow> rows_;
};

/// What is to be handed out, in this order, of work that nobody holds any more after a failure; nothing when
/// it is one block that nobody can solve. Gives up the rows that were named `max_attempts` times.
///
/// It ends: after at most 3 * max_attempts failures something changes. Either a row is given up (there are
/// finitely many), or the span is cut in two (at most `blocks` - 1 times), or row_by_row is set (once a
/// block), or the block is abandoned.
[[nodiscard]] std::vector<Work> after_failure(Work work, const Limits& limits, FailedRows& failed_rows);

}  // namespace factorize::cluster
