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
    std::uint32_t attempts = 0;
    std::string text;
};

/// Bounded: a run ends when more than Limits::max_failed_rows are in it.
class FailedRows {
public:
    FailedRows() = default;
    /// @param known  rows that earlier runs gave up, of blocks already stored or not
    FailedRows(std::uint64_t block_rows, const std::vector<std::uint64_t>& known);

    void add(std::uint64_t row, FailedRow failed) { rows_.try_emplace(row, std::move(failed)); }

    [[nodiscard]] bool contains(std::uint64_t row) const { return rows_.contains(row); }
    [[nodiscard]] std::uint64_t size() const { return rows_.size(); }

    /// What a worker has to know to solve `blocks`: all rows from its first on.
    [[nodiscard]] std::vector<std::uint64_t> from(jobs::BlockSpan blocks) const;

    [[nodiscard]] std::map<std::uint64_t, FailedRow> in(jobs::BlockSpan blocks) const;
    [[nodiscard]] std::uint64_t count_in(jobs::BlockSpan blocks) const;

    [[nodiscard]] std::uint64_t block_of(std::uint64_t row) const { return row / block_rows_; }

private:
    std::uint64_t block_rows_ = 1;
    std::map<std::uint64_t, FailedRow> rows_;
};

/// What is to be done with work that nobody holds any more after a failure.
struct NextTry {
    std::vector<Work> works;  ///< to be handed out, in this order; empty: nobody can solve this one block
};

/// Decides it, and gives up the rows that were named `max_attempts` times.
///
/// It ends: between two failures that change nothing there are at most 3 * max_attempts - 1 of them; what
/// changes something is a row given up (at most `rows` times), a cut in two (at most `blocks` - 1 times), or
/// row_by_row set (once a block). After that the block is abandoned.
[[nodiscard]] NextTry after_failure(Work work, const Limits& limits, FailedRows& failed_rows);

}  // namespace factorize::cluster
