#include "jobs/row_source.hpp"

#include <algorithm>
#include <utility>

#include "jobs/list_task.hpp"
#include "numbers/divisors.hpp"

namespace factorize::jobs {

std::uint64_t RowSource::begin(BlockSpan blocks, std::span<const std::uint64_t> failed_rows) {
    failed_rows_.assign(failed_rows.begin(), failed_rows.end());
    return begin_at(blocks);
}

std::uint64_t RowSource::run(std::uint64_t count) const {
    const auto failed = std::lower_bound(failed_rows_.begin(), failed_rows_.end(), next_row_);
    return failed == failed_rows_.end() ? count : std::min(count, *failed - next_row_);
}

RangeRows::RangeRows(const Ranges& ranges, CensusTable census, const Layout& layout, Store store)
    : ranges_(ranges), layout_(layout), store_(store), census_(ranges, store, std::move(census)) {}

std::uint64_t RangeRows::begin_at(BlockSpan blocks) {
    next_row_ = layout_.first_row(blocks.first);
    passed_ = census_.before(next_row_);
    return static_cast<std::uint64_t>(passed_.factors);
}

void RangeRows::append(std::uint64_t count, Rows& out) {
    const std::uint64_t first_row = std::exchange(next_row_, next_row_ + count);
    for (const numbers::Interval& interval : ranges_.intervals(first_row, count)) {
        for (std::uint64_t i = 0; i < interval.count; ++i) out.numbers.push_back(interval.first + i);
        if (store_ == Store::full)
            sieve_.append_divisors(interval, out.counts, out.full);
        else
            sieve_.append_divisors(interval, out.counts, out.half);
    }
}

EmptyRow RangeRows::skip() {
    const Census row = census_.before(next_row_ + 1) - census_.before(next_row_);
    passed_.factors += row.factors;
    passed_.sum += row.sum;
    return {ranges_.number_at(next_row_++), static_cast<std::uint64_t>(row.factors)};
}

std::uint64_t RangeRows::following(std::uint64_t factors) {
    const std::uint64_t mean = std::max<std::uint64_t>(layout_.factors / layout_.rows, 1);
    return std::min({factors / mean + 1, layout_.block_rows, layout_.rows - next_row_});
}

Census RangeRows::expected() const { return census_.before(next_row_) - passed_; }

std::uint64_t ListRows::begin_at(BlockSpan blocks) {
    next_row_ = layout_.first_row(blocks.first);
    expected_ = {};
    return take_first_factor(payload_);
}

const FactoredRow& ListRows::next() {
    if (next_in_frame_ == frame_.size()) {
        frame_.clear();
        decode_factorizations(take_frame(payload_), frame_);
        next_in_frame_ = 0;
    }
    ++next_row_;
    return frame_.at(next_in_frame_++);
}

void ListRows::append(std::uint64_t count, Rows& out) {
    for (; count > 0; --count) {
        const FactoredRow& row = next();
        const std::size_t before = out.full.size() + out.half.size();
        if (row.primes && store_ == Store::full) numbers::append_divisors(*row.primes, out.full);
        if (row.primes && store_ == Store::half) numbers::append_divisors(*row.primes, out.half);
        out.numbers.push_back(row.number);
        out.counts.push_back(static_cast<std::uint32_t>(out.full.size() + out.half.size() - before));

        if (!row.primes || row.primes->size() == 0) continue;
        std::uint64_t sigma = 1;
        for (const numbers::PrimePower& power : *row.primes) {
            std::uint64_t term = 1;
            for (std::uint32_t i = 0; i < power.exponent; ++i) term = term * power.prime + 1;
            sigma *= term;
        }
        expected_.factors += stored_divisors(*row.primes, store_);
        expected_.sum += sigma - 1 - row.number;
    }
}

EmptyRow ListRows::skip() {
    const FactoredRow& row = next();
    return {row.number, row.primes ? stored_divisors(*row.primes, store_) : 0};
}

std::uint64_t ListRows::following(std::uint64_t) {
    if (following_taken_) return 0;
    following_taken_ = true;
    frame_.clear();
    decode_factorizations(take_frame(payload_), frame_);
    next_in_frame_ = 0;
    next_row_ = layout_.rows;  // these rows need not be consecutive, and none of them is to be skipped
    return frame_.size();
}

}  // namespace factorize::jobs
