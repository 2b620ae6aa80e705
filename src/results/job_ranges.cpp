#include "results/job_ranges.hpp"

#include <charconv>

namespace factorize::results {

std::optional<std::vector<RowRange>> parse_job_ranges(std::string_view job) {
    constexpr std::string_view prefix = "range ";
    if (!job.starts_with(prefix)) return std::nullopt;
    const char* at = job.data() + prefix.size();
    const char* const end = job.data() + job.size();
    std::vector<RowRange> ranges;
    std::uint64_t row = 0;
    for (;;) {
        RowRange range{.first = 0, .last = 0, .first_row = row};
        const auto first = std::from_chars(at, end, range.first);
        if (first.ec != std::errc() || first.ptr == end || *first.ptr != ':') return std::nullopt;
        const auto last = std::from_chars(first.ptr + 1, end, range.last);
        if (last.ec != std::errc() || range.last < range.first) return std::nullopt;
        ranges.push_back(range);
        row += range.last - range.first + 1;
        if (last.ptr == end) return ranges;
        if (*last.ptr != ',' && *last.ptr != ' ') return std::nullopt;
        at = last.ptr + 1;
    }
}

}  // namespace factorize::results
