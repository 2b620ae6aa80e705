// The divisor lists of small smooth numbers, ready to be scaled and merged into those of large numbers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace factorize::numbers {

/// D(m), 1 and m included, ascending, for every 1 <= m < size. Immutable.
class DivisorTable {
public:
    /// The divisors fit 16 bits. 345,000 of them and their places, 0.8 MB, of which those of small m do
    /// nearly all the work: half of all numbers from 10^12 on are one of these m times a prime. 2^13 to 2^16
    /// are within 5 % of each other at 10^12; 2^16 is slower at 10^15.
    static constexpr std::uint64_t size = std::uint64_t{1} << 15;
    /// So many values behind any list may be read.
    static constexpr std::size_t readable_behind = 8;

    /// The one table of the process. Thread-safe. Cost: 2 ms the first time.
    static const DivisorTable& get();

    /// @pre 1 <= m < size
    [[nodiscard]] std::span<const std::uint16_t> operator[](std::uint64_t m) const {
        const std::uint32_t* const begin = begins_.data() + m;
        return {divisors_.data() + begin[0], begin[1] - begin[0]};
    }
    /// tau(m). @pre 1 <= m < size
    [[nodiscard]] std::uint32_t count(std::uint64_t m) const { return begins_[m + 1] - begins_[m]; }
    /// Brings count(m), or D(m), into the cache, for a list that is needed soon.
    void prefetch_count(std::uint64_t m) const { __builtin_prefetch(begins_.data() + m); }
    void prefetch(std::uint64_t m) const {
        __builtin_prefetch(divisors_.data() + begins_[m]);
        __builtin_prefetch(divisors_.data() + begins_[m + 1]);
    }

private:
    DivisorTable();

    std::vector<std::uint32_t> begins_;  // [m]: where D(m) begins, the last D(m - 1) ends
    std::vector<std::uint16_t> divisors_;
};

}  // namespace factorize::numbers
