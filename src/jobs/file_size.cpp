#include "jobs/file_size.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace factorize::jobs {
namespace {

/// Encoded bytes of a divisor: so many at 10^7, and more with each digit.
struct DivisorBytes {
    double at_7_digits;
    double a_digit;
};
constexpr DivisorBytes full_bytes{1.95, 0.22};
constexpr DivisorBytes half_bytes{1.36, 0.11};

constexpr double header_bytes = 150'000;  // attributes, /failures and the first nodes of the indexes
constexpr double row_bytes = 1.2;         // numbers, counts and offsets together

double encoded_bytes(double rows, double factors, std::uint64_t largest, Store store) {
    const double digits_over_7 = std::max(std::log10(static_cast<double>(largest)) - 7, -4.0);
    const DivisorBytes& bytes = store == Store::full ? full_bytes : half_bytes;
    return rows * row_bytes + factors * (bytes.at_7_digits + bytes.a_digit * digits_over_7);
}

}  // namespace

double estimated_file_bytes(double rows, double factors, std::uint64_t largest, Store store) {
    return header_bytes + encoded_bytes(rows, factors, largest, store);
}

double estimated_file_bytes(const Ranges& ranges, const RangeCensus& census, Store store) {
    double bytes = header_bytes;
    const std::vector<Census>& before = census.table().before_range;
    for (std::size_t i = 0; i < ranges.all().size(); ++i) {
        const auto& [first, last] = ranges.all()[i];
        bytes += encoded_bytes(static_cast<double>(last - first) + 1,
                               static_cast<double>(before[i + 1].factors - before[i].factors), last, store);
    }
    return bytes;
}

}  // namespace factorize::jobs
