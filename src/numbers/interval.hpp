// Consecutive integers, stored so that 2^64-1 is an ordinary member.
#pragma once

#include <cstdint>

namespace factorize::numbers {

/// The integers first, first + 1, ..., first + count - 1. @pre first >= 1, the last one <= 2^64-1.
struct Interval {
    std::uint64_t first = 1;
    std::uint64_t count = 0;

    /// The largest member. @pre count > 0
    [[nodiscard]] constexpr std::uint64_t last() const { return first + (count - 1); }
    friend bool operator==(const Interval&, const Interval&) = default;
};

}  // namespace factorize::numbers
