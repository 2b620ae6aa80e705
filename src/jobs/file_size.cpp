#include "jobs/file_size.hpp"

#include <algorithm>
#include <cmath>

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

}  // namespace

double estimated_file_bytes(double rows, double factors, std::uint64_t largest, Store store) {
    const double digits_over_7 = std::max(std::log10(static_cast<double>(largest)) - 7, -4.0);
    const DivisorBytes& bytes = store == Store::full ? full_bytes : half_bytes;
    return header_bytes + rows * row_bytes + factors * (bytes.at_7_digits + bytes.a_digit * digits_over_7);
}

}  // namespace factorize::jobs
