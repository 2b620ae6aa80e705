// What `--range` names: ascending, disjoint, inclusive ranges whose numbers are the rows of the job.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "numbers/interval.hpp"

namespace factorize::jobs {

/// All integers from first to last, both included. @pre 1 <= first <= last
struct Range {
    std::uint64_t first = 1;
    std::uint64_t last = 1;

    friend bool operator==(const Range&, const Range&) = default;
};

/// Reads `FIRST:LAST`. InputError naming the text for anything but 1 <= FIRST <= LAST <= 2^64-1.
[[nodiscard]] Range parse_range(std::string_view text);

class Ranges;

/// Reads what Ranges::text() writes. InputError naming what is wrong.
[[nodiscard]] Ranges parse_ranges(std::string_view text);

/// The ranges of a job, their rows counted through: row 0 is the first number of the first range.
class Ranges {
public:
    /// InputError for no range at all, or for two that overlap or do not ascend.
    explicit Ranges(std::vector<Range> ranges);

    [[nodiscard]] const std::vector<Range>& all() const { return ranges_; }

    /// Numbers in all ranges together; at most 2^64-1.
    [[nodiscard]] std::uint64_t rows() const { return first_rows_.back(); }

    /// Position in all() of the range that holds `row`. @pre row < rows()
    [[nodiscard]] std::size_t range_of_row(std::uint64_t row) const;

    /// The number at `row`. @pre row < rows()
    [[nodiscard]] std::uint64_t number_at(std::uint64_t row) const;

    /// The row of `number`, none when no range holds it.
    [[nodiscard]] std::optional<std::uint64_t> row_of(std::uint64_t number) const;

    /// The numbers of `count` rows from `first_row` on, cut where a range ends.
    /// @pre first_row + count <= rows()
    [[nodiscard]] std::vector<numbers::Interval> intervals(std::uint64_t first_row,
                                                           std::uint64_t count) const;

    /// Canonical text: `1:100,200:300`.
    [[nodiscard]] std::string text() const;

private:
    std::vector<Range> ranges_;
    std::vector<std::uint64_t> first_rows_;  // of each range, then rows()
};

}  // namespace factorize::jobs
