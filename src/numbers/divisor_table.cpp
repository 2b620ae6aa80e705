#include "numbers/divisor_table.hpp"

#include <numeric>

namespace factorize::numbers {

const DivisorTable& DivisorTable::get() {
    static const DivisorTable table;
    return table;
}

DivisorTable::DivisorTable() : begins_(size + 1) {
    for (std::size_t d = 1; d < size; ++d)
        for (std::size_t m = d; m < size; m += d) ++begins_[m + 1];
    std::partial_sum(begins_.begin(), begins_.end(), begins_.begin());
    divisors_.resize(begins_.back() + readable_behind);
    std::vector<std::uint32_t> next = begins_;
    for (std::size_t d = 1; d < size; ++d)
        for (std::size_t m = d; m < size; m += d) divisors_[next[m]++] = static_cast<std::uint16_t>(d);
}

}  // namespace factorize::numbers
