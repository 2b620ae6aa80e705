// The ranges that a job's canonical text names: where a number stands in a file of ranges, without reading
// it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace factorize::results {

/// Inclusive at both ends, and the row of its first number.
struct RowRange {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    std::uint64_t first_row = 0;
};

/// The ranges of `range 1:10` or `range 1:10,20:30`, in file order; none for any other text.
[[nodiscard]] std::optional<std::vector<RowRange>> parse_job_ranges(std::string_view job);

}  // namespace factorize::results
