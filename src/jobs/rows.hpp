// Consecutive rows with their divisor lists, flat: what a worker computes before it encodes.
#pragma once

#include <cstdint>
#include <vector>

#include "jobs/census.hpp"

namespace factorize::jobs {

/// Rows in file order. The divisors of all rows follow each other in `full` or `half`, whichever the job
/// stores.
struct Rows {
    std::vector<std::uint64_t> numbers;  ///< one a row
    std::vector<std::uint32_t> counts;   ///< divisors listed, one a row
    std::vector<std::uint64_t> full;     ///< Store::full: every d with 1 < d < n, ascending in each row
    std::vector<std::uint32_t> half;     ///< Store::half: only d <= sqrt(n)

    void clear();
};

/// What the lists hold, to be compared with what they must.
[[nodiscard]] Census census_of(const Rows& rows);

}  // namespace factorize::jobs
