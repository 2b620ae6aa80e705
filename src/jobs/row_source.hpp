// Where the rows of a task come from: the sieve for ranges, factorizations for lists.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "jobs/census.hpp"
#include "jobs/factorization_codec.hpp"
#include "jobs/layout.hpp"
#include "jobs/ranges.hpp"
#include "jobs/rows.hpp"
#include "jobs/store.hpp"
#include "jobs/task.hpp"
#include "numbers/interval_sieve.hpp"

namespace factorize::jobs {

/// A row to be left empty: its number, and the elements of `factors` kept free for it.
struct EmptyRow {
    std::uint64_t number = 0;
    std::uint64_t reserved = 0;
};

/// One task at a time: begin(), then its rows ascending, then as many of the rows behind it as are wanted.
/// Rows that failed too often are skipped, all others appended.
class RowSource {
public:
    virtual ~RowSource() = default;

    /// Turns to a task. @param failed_rows  to be skipped, ascending
    /// @return the position in `factors` of its first divisor
    std::uint64_t begin(BlockSpan blocks, std::span<const std::uint64_t> failed_rows);

    /// How many of the next `count` rows come before one to be skipped; 0 when the very next one is.
    [[nodiscard]] std::uint64_t run(std::uint64_t count) const;

    /// The row that comes next; behind a task known of ranges only.
    [[nodiscard]] std::uint64_t next_row() const { return next_row_; }

    /// Appends the next `count` rows; they count as passed even if it throws. @pre no row of them is to be
    /// skipped; they lie within one block
    virtual void append(std::uint64_t count, Rows& out) = 0;

    /// Passes over the next row.
    virtual EmptyRow skip() = 0;

    /// Asked behind the last row of the task.
    /// @return how many rows can be taken next to list about `factors` divisors more; 0 at the end of the job
    [[nodiscard]] virtual std::uint64_t following(std::uint64_t factors) = 0;

    /// What all rows appended since begin() must add up to, known independently of their lists.
    [[nodiscard]] virtual Census expected() const = 0;

protected:
    [[nodiscard]] virtual std::uint64_t begin_at(BlockSpan blocks) = 0;

    std::uint64_t next_row_ = 0;

private:
    std::vector<std::uint64_t> failed_rows_;
};

/// Rows of ranges. Keeps the sieve's primes: keep the object.
class RangeRows : public RowSource {
public:
    RangeRows(const Ranges& ranges, CensusTable census, const Layout& layout, Store store);

    void append(std::uint64_t count, Rows& out) override;
    /// Cost: two evaluations of the divisor summatory functions.
    EmptyRow skip() override;
    [[nodiscard]] std::uint64_t following(std::uint64_t factors) override;
    /// Cost: one evaluation of the divisor summatory functions.
    [[nodiscard]] Census expected() const override;

protected:
    /// Cost: one evaluation of the divisor summatory functions.
    [[nodiscard]] std::uint64_t begin_at(BlockSpan blocks) override;

private:
    Ranges ranges_;
    Layout layout_;
    Store store_;
    RangeCensus census_;
    numbers::IntervalSieve sieve_;
    Census passed_;  // what lies before the task, and the rows skipped in it
};

/// Rows of a list, expanded from the payload of list_task.hpp's second phase. Their sums must be those of
/// sigma, which is multiplicative and needs no list.
class ListRows : public RowSource {
public:
    /// @param payload  outlives the object
    ListRows(std::span<const std::byte> payload, const Layout& layout, Store store)
        : payload_(payload), layout_(layout), store_(store) {}

    void append(std::uint64_t count, Rows& out) override;
    EmptyRow skip() override;
    /// All that were sent, those without divisors left out.
    [[nodiscard]] std::uint64_t following(std::uint64_t factors) override;
    [[nodiscard]] Census expected() const override { return expected_; }

protected:
    [[nodiscard]] std::uint64_t begin_at(BlockSpan blocks) override;

private:
    const FactoredRow& next();

    std::span<const std::byte> payload_;
    Layout layout_;
    Store store_;
    std::vector<FactoredRow> frame_;
    std::size_t next_in_frame_ = 0;
    bool following_taken_ = false;
    Census expected_;
};

}  // namespace factorize::jobs
