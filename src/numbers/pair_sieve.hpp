// Divisor lists without factoring: each d writes itself, and n / d, into the lists of its multiples.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "numbers/interval.hpp"

namespace factorize::numbers {

/// Lists the divisors of every number of an interval, for numbers whose square roots are small.
///
/// Two passes over d = 2, 3, ..., sqrt(last): the first counts the lists, the second fills them, d from below
/// and n / d from above. No division, no sorting and hardly a mispredicted branch; but every d is visited for
/// every segment, whether it has a multiple there or not. Memory: 12 bytes a d (6 MB at most), 0.3 MB a
/// segment.
class PairSieve {
public:
    /// Is it faster than factoring for this interval and these lists (64 bits: full, 32: half)?
    template <class Divisor>
    [[nodiscard]] static bool suits(Interval interval);

    /// As IntervalSieve::append_divisors. @pre suits<Divisor>(interval)
    void append_divisors(Interval interval, std::vector<std::uint32_t>& counts,
                         std::vector<std::uint64_t>& divisors);
    void append_divisors(Interval interval, std::vector<std::uint32_t>& counts,
                         std::vector<std::uint32_t>& divisors);

private:
    /// Where a number's next small and next large divisor go.
    struct Cursors {
        std::uint32_t low;
        std::uint32_t high;
    };

    void begin(Interval interval);
    void extend_to(std::uint64_t last_of_segment);
    void count_pairs(std::uint32_t size);
    template <class Divisor>
    void append(Interval interval, std::vector<std::uint32_t>& counts, std::vector<Divisor>& divisors);
    void fill(std::uint32_t size, std::uint64_t* lists);
    void fill(std::uint32_t size, std::uint32_t* lists);

    std::uint64_t position_ = 0;             // the next number to list
    std::vector<std::uint32_t> next_;        // [d]: the next multiple d * k with k >= d, less position_
    std::vector<std::uint64_t> cofactor_;    // [d]: that k
    std::vector<std::uint16_t> pair_count_;  // of each number of the segment
    std::vector<Cursors> cursors_;
};

}  // namespace factorize::numbers
