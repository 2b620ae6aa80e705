#include "numbers/divisor_table.hpp"

#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

#include "support/naive.hpp"

namespace factorize::numbers {
namespace {

TEST(DivisorTable, HoldsTheListsOfAllNumbers) {
    const DivisorTable& table = DivisorTable::get();
    const auto proper = naive::factors_below(DivisorTable::size);
    for (std::uint64_t m = 1; m < DivisorTable::size; ++m) {
        std::vector<std::uint64_t> expected{1};
        expected.insert(expected.end(), proper[m].begin(), proper[m].end());
        if (m > 1) expected.push_back(m);
        const auto list = table[m];
        ASSERT_EQ(std::vector<std::uint64_t>(list.begin(), list.end()), expected) << m;
        ASSERT_EQ(table.count(m), expected.size()) << m;
    }
}

}  // namespace
}  // namespace factorize::numbers
