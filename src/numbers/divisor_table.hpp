// The divisor lists of small smooth numbers, ready to be scaled and merged into those of large numbers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace factorize::numbers {

/// D(m), 1 and m included, ascending, for every m < size whose primes are all <= largest_prime. Immutable.
class DivisorTable {
public:
    /// The divisors still fit 16 bits, and 99.0 % of all numbers have a 31-smooth part below it (95.4 % below
    /// 4096): 4,897 lists of 29 divisors on average, 290 kB, of which the short ones do nearly all the work.
    static constexpr std::uint64_t size = std::uint64_t{1} << 16;
    static constexpr std::uint64_t largest_prime = 31;

    /// The one table of the process. Thread-safe. Cost: 1 ms the first time.
    static const DivisorTable& get();

    /// @pre 1 <= m < size, m has no prime factor > largest_prime
    [[nodiscard]] std::span<const std::uint16_t> operator[](std::uint64_t m) const {
        const List& list = lists_[static_cast<std::size_t>(m)];
        return {divisors_.data() + list.begin, list.size};
    }

private:
    struct List {
        std::uint32_t begin = 0;
        std::uint32_t size = 0;
    };

    DivisorTable();

    std::vector<List> lists_;
    std::vector<std::uint16_t> divisors_;
};

}  // namespace factorize::numbers
