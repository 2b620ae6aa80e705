#include "jobs/rows.hpp"

#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

#include "support/trial_division.hpp"

namespace factorize::jobs {
namespace {

Rows rows_of(const std::vector<std::uint64_t>& numbers, Store store) {
    Rows rows;
    for (const std::uint64_t n : numbers) {
        const std::vector<std::uint64_t> list = test::listed(n, store);
        rows.numbers.push_back(n);
        rows.counts.push_back(static_cast<std::uint32_t>(list.size()));
        if (store == Store::full) rows.full.insert(rows.full.end(), list.begin(), list.end());
        if (store == Store::half)
            for (const std::uint64_t d : list) rows.half.push_back(static_cast<std::uint32_t>(d));
    }
    return rows;
}

TEST(CensusOfRows, CountsAndAddsWhatIsListed) {
    EXPECT_EQ(census_of(rows_of({12}, Store::full)), (Census{4, 2 + 3 + 4 + 6}));
    EXPECT_EQ(census_of(rows_of({12}, Store::half)), (Census{2, 2 + 3 + 4 + 6}));
    EXPECT_EQ(census_of(rows_of({9}, Store::full)), (Census{1, 3}));
    EXPECT_EQ(census_of(rows_of({9}, Store::half)), (Census{1, 3})) << "the root of a square has no pair";
    EXPECT_EQ(census_of(rows_of({36}, Store::half)), (Census{4, 2 + 18 + 3 + 12 + 4 + 9 + 6}));
    EXPECT_EQ(census_of(rows_of({1, 2, 3, 13}, Store::full)), Census{});
    EXPECT_EQ(census_of(rows_of({1, 2, 3, 13}, Store::half)), Census{});
    EXPECT_EQ(census_of(Rows{}), Census{});
}

TEST(CensusOfRows, IsThatOfTrialDivision) {
    const std::vector<std::uint64_t> numbers{
        1, 4, 7, 720'720, 7, 1, 1'000'000, 4'295'098'369, 999'999, 1'048'576, 999'999'937, 6'983'776'800};
    for (const Store store : {Store::full, Store::half})
        EXPECT_EQ(census_of(rows_of(numbers, store)), test::census_of_lists(numbers, store));
}

TEST(CensusOfRows, SeesAWrongCountOfEqualSum) {
    const Rows right = rows_of({30}, Store::full);  // 2 3 5 6 10 15
    Rows wrong = right;
    wrong.full = {5, 6, 15, 15};
    wrong.counts = {4};
    EXPECT_EQ(census_of(wrong).sum, census_of(right).sum);
    EXPECT_NE(census_of(wrong), census_of(right));
}

TEST(CensusOfRows, AddsModulo2To64) {
    Rows rows;
    rows.numbers = {1, 1};
    rows.counts = {1, 1};
    rows.full = {UINT64_MAX, 3};
    EXPECT_EQ(census_of(rows), (Census{2, 2}));
}

TEST(Rows, AreEmptyOnceCleared) {
    Rows rows = rows_of({12, 30}, Store::full);
    rows.half.push_back(2);
    rows.clear();
    EXPECT_TRUE(rows.numbers.empty() && rows.counts.empty() && rows.full.empty() && rows.half.empty());
}

}  // namespace
}  // namespace factorize::jobs
