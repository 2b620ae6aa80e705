#include "jobs/rows.hpp"

namespace factorize::jobs {

void Rows::clear() {
    numbers.clear();
    counts.clear();
    full.clear();
    half.clear();
}

Census census_of(const Rows& rows) {
    Census census{.factors = rows.full.size() + rows.half.size(), .sum = 0};
    for (const std::uint64_t d : rows.full) census.sum += d;
    auto d = rows.half.begin();
    for (std::size_t row = 0; row < rows.numbers.size() && d != rows.half.end(); ++row)
        for (const auto end = d + rows.counts[row]; d != end; ++d) {
            const std::uint64_t pair = rows.numbers[row] / *d;
            census.sum += pair == *d ? *d : *d + pair;
        }
    return census;
}

}  // namespace factorize::jobs
