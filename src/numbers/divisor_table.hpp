// The divisor lists of all small numbers, ready to be scaled and merged into those of large ones.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace factorize::numbers {

/// D(m), 1 and m included, ascending, for 1 <= m < size. Immutable once made.
class DivisorTable {
public:
    /// 86 % of all numbers have a 31-smooth part below it; 4096 lists take 70 kB (they hold 8.5 divisors on
    /// average) and stay in the L2 cache beside a segment.
    static constexpr std::uint64_t size = 4096;

    /// The one table of the process. Thread-safe.
    static const DivisorTable& get();

    [[nodiscard]] std::span<const std::uint16_t> operator[](std::size_t m) const {
        return {divisors_.data() + begin_[m], divisors_.data() + begin_[m + 1]};
    }

private:
    DivisorTable();

    std::array<std::uint32_t, size + 1> begin_{};
    std::vector<std::uint16_t> divisors_;
};

}  // namespace factorize::numbers
