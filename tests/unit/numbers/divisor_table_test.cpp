#include "numbers/divisor_table.hpp"

#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

#include "support/naive.hpp"

namespace factorize::numbers {
namespace {

TEST(DivisorTable, HoldsTheListsOfAllSmoothNumbers) {
    const DivisorTable& table = DivisorTable::get();
    const auto proper = naive::factors_below(DivisorTable::size);
    for (std::uint64_t m = 1; m < DivisorTable::size; ++m) {
        std::uint64_t rest = m;
        for (std::uint64_t d = 2; d <= DivisorTable::largest_prime; ++d)
            while (rest % d == 0) rest /= d;
        if (rest != 1) continue;
        std::vector<std::uint64_t> expected{1};
        expected.insert(expected.end(), proper[m].begin(), proper[m].end());
        if (m > 1) expected.push_back(m);
        const auto list = table[m];
        ASSERT_EQ(std::vector<std::uint64_t>(list.begin(), list.end()), expected) << m;
    }
}

}  // namespace
}  // namespace factorize::numbers
