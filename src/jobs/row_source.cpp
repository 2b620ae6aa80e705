#include "jobs/row_source.hpp"

#include <algorithm>

#include "jobs/factorization_codec.hpp"
#include "jobs/list_task.hpp"
#include "numbers/divisors.hpp"

namespace factorize::jobs {

RangeRows::RangeRows(const Ranges& ranges, const Layout& layout, Store store)
    : ranges_(ranges), layout_(layout), store_(store), census_(ranges, store) {}

std::uint64_t RangeRows::begin(BlockSpan blocks) {
    next_row_ = layout_.first_row(blocks.first);
    at_begin_ = census_.before(next_row_);
    return static_cast<std::uint64_t>(at_begin_.factors);
}

void RangeRows::append(std::uint64_t count, Rows& out) {
    for (const numbers::Interval& interval : ranges_.intervals(next_row_, count)) {
        for (std::uint64_t i = 0; i < interval.count; ++i) out.numbers.push_back(interval.first + i);
        if (store_ == Store::full)
            sieve_.append_divisors(interval, out.counts, out.full);
        else
            sieve_.append_divisors(interval, out.counts, out.half);
    }
    next_row_ += count;
}

void RangeRows::append_block(Rows& out) {
    append(std::min(layout_.block_rows, layout_.rows - next_row_), out);
}

void RangeRows::append_following(std::uint64_t factors, Rows& out) {
    const std::uint64_t mean = std::max<std::uint64_t>(layout_.factors / layout_.rows, 1);
    while (next_row_ < layout_.rows && out.full.size() + out.half.size() < factors) {
        const std::uint64_t missing = factors - (out.full.size() + out.half.size());
        append(std::min(missing / mean + 1, layout_.rows - next_row_), out);
    }
}

Census RangeRows::expected() const { return census_.before(next_row_) - at_begin_; }

std::uint64_t ListRows::begin(BlockSpan) {
    expected_ = {};
    return take_first_factor(payload_);
}

void ListRows::append_frame(Rows& out) {
    frame_.clear();
    decode_factorizations(take_frame(payload_), frame_);
    for (const numbers::Factorization& n : frame_) {
        const std::size_t before = out.full.size() + out.half.size();
        if (store_ == Store::full)
            numbers::append_divisors(n, out.full);
        else
            numbers::append_divisors(n, out.half);
        out.numbers.push_back(n.product());
        out.counts.push_back(static_cast<std::uint32_t>(out.full.size() + out.half.size() - before));

        expected_.factors += stored_divisors(n, store_);
        std::uint64_t sigma = 1;
        for (const numbers::PrimePower& power : n) {
            std::uint64_t term = 1;
            for (std::uint32_t i = 0; i < power.exponent; ++i) term = term * power.prime + 1;
            sigma *= term;
        }
        expected_.sum += n.size() == 0 ? 0 : sigma - 1 - n.product();
    }
}

void ListRows::append_block(Rows& out) { append_frame(out); }

void ListRows::append_following(std::uint64_t, Rows& out) { append_frame(out); }

}  // namespace factorize::jobs
