// The narrow rows under a hyperbola, summed with one division each, several at a time. See
// summatory_lanes.hpp for how it is compiled.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "numbers/summatory_lanes.hpp"
#include "numbers/summatory_rows.hpp"

namespace factorize::numbers {
namespace {

/// Adds the rows 1..last. @pre last < 2^50
FACTORIZE_TARGET [[maybe_unused]] void divide_rows(std::uint64_t n, std::uint64_t last, RowSums& sums) {
    const auto add_row = [&](std::uint64_t b) {
        const std::uint64_t w = n / b;
        sums.width += w;
        sums.weighted += b * w + (w | 1) * (w / 2 + w % 2);
    };
    // From here on w < 2^50: the quotient in doubles is wrong by less than 2^50 * 2^-52 (n, the quotient and
    // the result are each rounded by 2^-53 at most; b is exact), its nearest integer is w or w + 1.
    std::uint64_t b = 1;
    const std::uint64_t last_alone = std::min(last, n >> 50);
    for (; b <= last_alone; ++b) add_row(b);

    const Real dividend = Real{} + static_cast<double>(n);
    Real divisor{};
    Int row{};
    for (std::size_t i = 0; i < lanes; ++i) {
        divisor[i] = static_cast<double>(b + i);
        row[i] = b + i;
    }
    constexpr std::uint64_t rows_per_sum = 1024 * lanes;  // 1024 * 8 * 2^50 < 2^64
    Int weighted{};
    while (last - b + 1 >= lanes && b <= last) {
        const std::uint64_t end = b + std::min(rows_per_sum, (last - b + 1) / lanes * lanes);
        Int width{};
        for (; b < end; b += lanes) {
            Int w = to_int(dividend / divisor);
            Int area = row * w;
            const Mask too_wide = negative(n - area);
            w -= keep(too_wide, Int{} + 1);
            area -= keep(too_wide, row);
            width += w;
            weighted += area + (w | 1) * ((w + 1) >> 1);
            divisor += static_cast<double>(lanes);
            row += lanes;
        }
        sums.width += sum(width);
    }
    sums.weighted += sum(weighted);
    for (; b <= last; ++b) add_row(b);
}

}  // namespace
}  // namespace factorize::numbers
