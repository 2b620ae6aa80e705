#include "numbers/divisor_table.hpp"

namespace factorize::numbers {

const DivisorTable& DivisorTable::get() {
    static const DivisorTable table;
    return table;
}

DivisorTable::DivisorTable() {
    for (std::size_t d = 1; d < size; ++d)
        for (std::size_t m = d; m < size; m += d) ++begin_[m + 1];
    for (std::size_t m = 1; m <= size; ++m) begin_[m] += begin_[m - 1];
    divisors_.resize(begin_[size]);
    auto end = begin_;
    for (std::size_t d = 1; d < size; ++d)
        for (std::size_t m = d; m < size; m += d) divisors_[end[m]++] = static_cast<std::uint16_t>(d);
}

}  // namespace factorize::numbers
