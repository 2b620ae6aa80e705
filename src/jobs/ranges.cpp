#include "jobs/ranges.hpp"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "jobs/error.hpp"
#include "jobs/token_reader.hpp"

namespace factorize::jobs {

Range parse_range(std::string_view text) {
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos)
        throw InputError(
            fmt::format("range '{}' is not of the form FIRST:LAST, such as 10000000:10001000", text));
    const auto bound = [&](std::string_view token) {
        const std::optional<std::uint64_t> number = parse_number(token);
        if (!number)
            throw InputError(fmt::format("range '{}': '{}' is not an integer from 1 to {}", text, token,
                                         std::numeric_limits<std::uint64_t>::max()));
        return *number;
    };
    const Range range{bound(text.substr(0, colon)), bound(text.substr(colon + 1))};
    if (range.last < range.first)
        throw InputError(
            fmt::format("range '{}' ends before it begins; write {}:{}", text, range.last, range.first));
    return range;
}

Ranges parse_ranges(std::string_view text) {
    std::vector<Range> ranges;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find(',', begin), text.size());
        ranges.push_back(parse_range(text.substr(begin, end - begin)));
        begin = end + 1;
    }
    return Ranges(std::move(ranges));
}

Ranges::Ranges(std::vector<Range> ranges) : ranges_(std::move(ranges)) {
    if (ranges_.empty()) throw InputError("no range given");
    first_rows_.push_back(0);
    for (std::size_t i = 0; i < ranges_.size(); ++i) {
        const Range& range = ranges_[i];
        if (i > 0 && range.first <= ranges_[i - 1].last) {
            const Range& before = ranges_[i - 1];
            throw InputError(fmt::format("ranges {}:{} and {}:{} {}; give disjoint ranges in ascending order",
                                         before.first, before.last, range.first, range.last,
                                         range.last < before.first ? "do not ascend" : "overlap"));
        }
        first_rows_.push_back(first_rows_.back() + (range.last - range.first) + 1);
    }
}

std::size_t Ranges::range_of_row(std::uint64_t row) const {
    const auto behind = std::upper_bound(first_rows_.begin(), first_rows_.end(), row);
    return static_cast<std::size_t>(behind - first_rows_.begin()) - 1;
}

std::uint64_t Ranges::number_at(std::uint64_t row) const {
    const std::size_t i = range_of_row(row);
    return ranges_[i].first + (row - first_rows_[i]);
}

std::optional<std::uint64_t> Ranges::row_of(std::uint64_t number) const {
    const auto holder =
        std::lower_bound(ranges_.begin(), ranges_.end(), number,
                         [](const Range& range, std::uint64_t value) { return range.last < value; });
    if (holder == ranges_.end() || number < holder->first) return std::nullopt;
    return first_rows_[static_cast<std::size_t>(holder - ranges_.begin())] + (number - holder->first);
}

std::vector<numbers::Interval> Ranges::intervals(std::uint64_t first_row, std::uint64_t count) const {
    std::vector<numbers::Interval> pieces;
    for (std::size_t i = count == 0 ? 0 : range_of_row(first_row); count > 0; ++i) {
        const std::uint64_t here = std::min(count, first_rows_[i + 1] - first_row);
        pieces.push_back({ranges_[i].first + (first_row - first_rows_[i]), here});
        first_row += here;
        count -= here;
    }
    return pieces;
}

std::string Ranges::text() const {
    std::string text;
    for (const Range& range : ranges_)
        text += fmt::format("{}{}:{}", text.empty() ? "" : ",", range.first, range.last);
    return text;
}

}  // namespace factorize::jobs
