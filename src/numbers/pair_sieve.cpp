#include "numbers/pair_sieve.hpp"

#include <algorithm>
#include <cassert>
#include <limits>

#include "numbers/isqrt.hpp"

namespace factorize::numbers {
namespace {

/// What depends on the kind of list, measured (Zen 5, L2 of 1 MB, lists appended to a vector with room).
template <class Divisor>
struct Tuning;

/// Full lists. Factoring wins above: with AVX-512 61 against 55 ns a number at 1e10, but 59 against 62 at
/// 3e10. 8 Ki lists (at 10^7, of 15 divisors of 8 bytes) fill the L2 cache; with more d to visit longer
/// segments are better even so.
template <>
struct Tuning<std::uint64_t> {
    static constexpr std::uint64_t largest_root = std::uint64_t{1} << 17;
    static std::uint64_t segment_size(std::uint64_t root) { return root < 1 << 14 ? 1 << 13 : 1 << 14; }
};

/// Half lists take a quarter of the cache and half of the stores: 59 against 86 ns a number at 10^12. The end
/// is set by the memory for next_ and cofactor_.
template <>
struct Tuning<std::uint32_t> {
    static constexpr std::uint64_t largest_root = std::uint64_t{1} << 19;
    static std::uint64_t segment_size(std::uint64_t root) {
        return root < 1 << 14 ? 1 << 13 : root < 1 << 17 ? 1 << 15 : 1 << 16;
    }
};

/// Starting takes a division for each d (~1.5 ns), going on none; both take two visits a segment (~1 ns
/// each).
constexpr std::uint64_t divisors_per_number = 8;

/// Of a number with so many pairs d <= n / d, 1 and n not counted: those listed.
std::uint32_t list_size(std::uint32_t pairs, bool is_square, const std::uint64_t*) {
    return 2 * pairs - is_square;
}
std::uint32_t list_size(std::uint32_t pairs, bool, const std::uint32_t*) { return pairs; }

}  // namespace

template <class Divisor>
bool PairSieve::suits(Interval interval) {
    if (interval.count == 0) return true;
    const std::uint64_t root = isqrt(interval.last());
    return root < Tuning<Divisor>::largest_root && root / divisors_per_number <= interval.count;
}
template bool PairSieve::suits<std::uint64_t>(Interval);
template bool PairSieve::suits<std::uint32_t>(Interval);

void PairSieve::append_divisors(Interval interval, std::vector<std::uint32_t>& counts,
                                std::vector<std::uint64_t>& divisors) {
    append(interval, counts, divisors);
}

void PairSieve::append_divisors(Interval interval, std::vector<std::uint32_t>& counts,
                                std::vector<std::uint32_t>& divisors) {
    append(interval, counts, divisors);
}

template <class Divisor>
void PairSieve::append(Interval interval, std::vector<std::uint32_t>& counts,
                       std::vector<Divisor>& divisors) {
    assert(suits<Divisor>(interval));
    if (interval.count == 0) return;
    begin(interval);
    const std::uint64_t longest = Tuning<Divisor>::segment_size(isqrt(interval.last()));
    for (std::uint64_t left = interval.count; left > 0;) {
        const auto size = static_cast<std::uint32_t>(std::min(left, longest));
        extend_to(position_ + size - 1);
        count_pairs(size);

        std::uint64_t root_of_next_square = isqrt(position_ - 1) + 1;
        cursors_.resize(size);
        std::uint32_t total = 0;
        for (std::uint32_t i = 0; i < size; ++i) {
            const bool is_square = position_ + i == root_of_next_square * root_of_next_square;
            root_of_next_square += is_square;
            // 1 is a square, but its pair 1 * 1 is not listed.
            const std::uint32_t count =
                pair_count_[i] == 0 ? 0 : list_size(pair_count_[i], is_square, divisors.data());
            counts.push_back(count);
            cursors_[i] = {total, total + count};
            total += count;
        }
        const std::size_t before = divisors.size();
        divisors.resize(before + total);
        fill(size, divisors.data() + before);
        position_ += size;
        left -= size;
    }
}

void PairSieve::begin(Interval interval) {
    if (interval.first == position_) return;
    position_ = interval.first;
    // Those with d * d < first; extend_to() adds the others when their squares come.
    const auto size = static_cast<std::size_t>(isqrt(position_ - 1) + 1);
    next_.assign(std::max<std::size_t>(size, 2), std::numeric_limits<std::uint32_t>::max());
    cofactor_.assign(next_.size(), 0);
    for (std::size_t d = 2; d < size; ++d) {
        cofactor_[d] = (position_ - 1) / d + 1;
        next_[d] = static_cast<std::uint32_t>(cofactor_[d] * d - position_);
    }
}

void PairSieve::extend_to(std::uint64_t last_of_segment) {
    for (std::uint64_t d = next_.size(); d * d <= last_of_segment; ++d) {
        cofactor_.push_back(d);
        next_.push_back(static_cast<std::uint32_t>(d * d - position_));
    }
}

void PairSieve::count_pairs(std::uint32_t size) {
    pair_count_.assign(size, 0);
    std::uint16_t* const count = pair_count_.data();
    const auto end = static_cast<std::uint32_t>(next_.size());
    for (std::uint32_t d = 2; d < end; ++d)
        for (std::uint32_t i = next_[d]; i < size; i += d) ++count[i];
}

void PairSieve::fill(std::uint32_t size, std::uint64_t* lists) {
    Cursors* const cursors = cursors_.data();
    const auto end = static_cast<std::uint32_t>(next_.size());
    for (std::uint32_t d = 2; d < end; ++d) {
        std::uint32_t i = next_[d];
        std::uint64_t cofactor = cofactor_[d];
        for (; i < size; i += d, ++cofactor) {
            const auto [low, high] = cursors[i];
            lists[low] = d;
            lists[high - 1] = cofactor;  // the same place for a root
            cursors[i] = {low + 1, high - 1};
        }
        next_[d] = i - size;
        cofactor_[d] = cofactor;
    }
}

void PairSieve::fill(std::uint32_t size, std::uint32_t* lists) {
    Cursors* const cursors = cursors_.data();
    const auto end = static_cast<std::uint32_t>(next_.size());
    for (std::uint32_t d = 2; d < end; ++d) {
        std::uint32_t i = next_[d];
        std::uint64_t cofactor = cofactor_[d];
        for (; i < size; i += d, ++cofactor) lists[cursors[i].low++] = d;
        next_[d] = i - size;
        cofactor_[d] = cofactor;
    }
}

}  // namespace factorize::numbers
