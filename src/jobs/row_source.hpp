// Where the rows of a task come from: the sieve for ranges, factorizations for lists.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "jobs/census.hpp"
#include "jobs/layout.hpp"
#include "jobs/ranges.hpp"
#include "jobs/rows.hpp"
#include "jobs/store.hpp"
#include "jobs/task.hpp"
#include "numbers/factorization.hpp"
#include "numbers/interval_sieve.hpp"

namespace factorize::jobs {

/// One task at a time: begin(), then its blocks ascending, then the rows behind it, then expected().
class RowSource {
public:
    virtual ~RowSource() = default;

    /// Turns to a task.
    /// @return the position in `factors` of its first divisor
    virtual std::uint64_t begin(BlockSpan blocks) = 0;

    /// Appends all rows of the next block.
    virtual void append_block(Rows& out) = 0;

    /// Appends rows that follow the task, enough for `factors` divisors or all there are. Rows without
    /// divisors may be left out. At most once a task.
    virtual void append_following(std::uint64_t factors, Rows& out) = 0;

    /// What everything appended since begin() must add up to, known independently of the lists.
    [[nodiscard]] virtual Census expected() const = 0;
};

/// Rows of ranges. Keeps the sieve's primes: keep the object.
class RangeRows : public RowSource {
public:
    RangeRows(const Ranges& ranges, const Layout& layout, Store store);

    /// Cost: one evaluation of the divisor summatory functions.
    std::uint64_t begin(BlockSpan blocks) override;
    void append_block(Rows& out) override;
    void append_following(std::uint64_t factors, Rows& out) override;
    /// Cost: one evaluation of the divisor summatory functions.
    [[nodiscard]] Census expected() const override;

private:
    void append(std::uint64_t count, Rows& out);

    Ranges ranges_;
    Layout layout_;
    Store store_;
    RangeCensus census_;
    numbers::IntervalSieve sieve_;
    Census at_begin_;
    std::uint64_t next_row_ = 0;
};

/// Rows of a list, expanded from the factorizations of list_task.hpp's lay-out payload. The sums expected are
/// those of sigma, which is multiplicative and needs no list.
class ListRows : public RowSource {
public:
    /// @param payload  outlives the object
    ListRows(std::span<const std::byte> payload, Store store) : payload_(payload), store_(store) {}

    std::uint64_t begin(BlockSpan blocks) override;
    void append_block(Rows& out) override;
    void append_following(std::uint64_t factors, Rows& out) override;
    [[nodiscard]] Census expected() const override { return expected_; }

private:
    void append_frame(Rows& out);

    std::span<const std::byte> payload_;
    Store store_;
    std::vector<numbers::Factorization> frame_;
    Census expected_;
};

}  // namespace factorize::jobs
