#include "jobs/census.hpp"

#include <cmath>

#include "numbers/summatory.hpp"

namespace factorize::jobs {
namespace {

// floor(sqrt(x)); the double is off by at most one for 64 bits.
std::uint64_t integer_root(std::uint64_t x) {
    auto root = static_cast<std::uint64_t>(std::sqrt(static_cast<long double>(x)));
    while (numbers::Uint128{root} * root > x) --root;
    while (numbers::Uint128{root + 1} * (root + 1) <= x) ++root;
    return root;
}

// 1 + 2 + ... + x mod 2^64
std::uint64_t triangle(std::uint64_t x) {
    return static_cast<std::uint64_t>(numbers::Uint128{x} * (x + numbers::Uint128{1}) / 2);
}

}  // namespace

RangeCensus::RangeCensus(const Ranges& ranges, Store store) : ranges_(ranges), store_(store) {
    before_range_.push_back({});
    for (const Range& range : ranges_.all()) {
        below_range_.push_back(up_to(range.first - 1));
        const Census inside = up_to(range.last) - below_range_.back();
        before_range_.push_back(
            {before_range_.back().factors + inside.factors, before_range_.back().sum + inside.sum});
    }
}

// The census of 1 .. x as if it were one range.
Census RangeCensus::up_to(std::uint64_t x) const {
    if (x == 0) return {};
    const numbers::DivisorSums sums = numbers::divisor_sums(x);
    Census census;
    census.sum = sums.sum - x - triangle(x) + 1;
    census.factors = store_ == Store::full ? sums.count - 2 * numbers::Uint128{x} + 1
                                           : (sums.count + integer_root(x) - 2 * numbers::Uint128{x}) / 2;
    return census;
}

Census RangeCensus::before(std::uint64_t row) const {
    if (row == ranges_.rows()) return total();
    const std::size_t i = ranges_.range_of_row(row);
    const std::uint64_t number = ranges_.number_at(row);
    if (number == ranges_.all()[i].first) return before_range_[i];
    const Census inside = up_to(number - 1) - below_range_[i];
    return {before_range_[i].factors + inside.factors, before_range_[i].sum + inside.sum};
}

}  // namespace factorize::jobs
