#include "jobs/file_size.hpp"

#include <algorithm>
#include <cmath>

namespace factorize::jobs {

double estimated_file_bytes(double rows, double factors, std::uint64_t largest, Store store) {
    constexpr double header_bytes = 150'000;  // attributes, /failures and the first nodes of the indexes
    constexpr double row_bytes = 1.2;         // numbers, counts and offsets together
    const double digits_over_7 = std::max(std::log10(static_cast<double>(largest)) - 7, -4.0);
    const double factor_bytes =
        store == Store::full ? 1.7 + 0.22 * digits_over_7 : 1.2 + 0.09 * digits_over_7;
    return header_bytes + rows * row_bytes + factors * factor_bytes;
}

}  // namespace factorize::jobs
