#include "numbers/summatory_rows.hpp"

#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

#include "numbers/isqrt.hpp"
#include "support/random_numbers.hpp"

namespace factorize::numbers {
namespace {

RowSums by_division(std::uint64_t n) {
    RowSums sums;
    for (std::uint64_t b = isqrt(n); b > 0; --b) {
        const std::uint64_t w = n / b;
        sums.width += w;
        sums.weighted += b * w;
        sums.weighted += w % 2 == 0 ? w / 2 * (w + 1) : (w + 1) / 2 * w;
    }
    return sums;
}

void expect_sums(SimdLevel level, const RowSums& expected, std::uint64_t n) {
    const RowSums sums = sum_rows(n, level);
    ASSERT_TRUE(sums.width == expected.width) << n;
    ASSERT_EQ(sums.weighted, expected.weighted) << n;
}

class RowsOfLevel : public testing::TestWithParam<SimdLevel> {
protected:
    void SetUp() override {
        if (GetParam() > simd_level()) GTEST_SKIP() << "not on this machine, or FACTORIZE_SIMD forbids it";
    }

    static void expect_sums(const RowSums& expected, std::uint64_t n) {
        numbers::expect_sums(GetParam(), expected, n);
    }
};

TEST_P(RowsOfLevel, AreThoseOfTheDefinitionForSmallNumbers) {
    for (std::uint64_t n = 0; n < 100'000; ++n) expect_sums(by_division(n), n);
}

// 16 * n^(1/3) passes sqrt(n) at 16^6: there the vector walks begin, with few rows or none each.
TEST_P(RowsOfLevel, AreThoseOfTheDefinitionWhereWalksBegin) {
    for (const std::uint64_t n : {15'625ULL, 16'777'216ULL, 20'000'000ULL, 100'000'000ULL})
        for (std::uint64_t i = n - 500; i < n + 500; ++i) expect_sums(by_division(i), i);
}

TEST_P(RowsOfLevel, AreThoseOfTheDefinitionForRandomNumbers) {
    RandomNumbers random(11);
    for (int bits = 17; bits <= 44; ++bits)
        for (int i = 0; i < 10; ++i) {
            const std::uint64_t n = random.of_bits(bits);
            expect_sums(by_division(n), n);
        }
}

// Rows that touch the hyperbola: the first row's corner, long first edges, and cubes.
TEST_P(RowsOfLevel, AreThoseOfTheDefinitionNearSquaresAndCubes) {
    for (std::uint64_t root = 4'000; root < 4'000'000; root += root / 3)
        for (std::uint64_t n = root * root - 2; n <= root * root + 2; ++n) expect_sums(by_division(n), n);
    for (std::uint64_t root = 300; root < 30'000; root += root / 5)
        for (std::uint64_t n = root * root * root - 1; n <= root * root * root + 1; ++n)
            expect_sums(by_division(n), n);
    for (std::uint64_t n = (std::uint64_t{1} << 42) - 2100; n < (std::uint64_t{1} << 42); n += 300)
        expect_sums(by_division(n), n);
}

TEST(RowsOfEveryLevel, AreThePortableOnesForLargeNumbers) {
    constexpr std::uint64_t top = ~std::uint64_t{0};
    constexpr std::uint64_t largest_root = 0xFFFF'FFFF;
    std::vector<std::uint64_t> numbers{top, top - 1, largest_root * largest_root,
                                       largest_root * largest_root - 1};
    numbers.push_back(largest_root * (largest_root - 1));
    RandomNumbers random(12);
    for (int bits = 45; bits <= 58; bits += 2) numbers.push_back(random.of_bits(bits));
    if (simd_level() == SimdLevel::portable) GTEST_SKIP() << "nothing to compare on this machine";
    for (const std::uint64_t n : numbers) {
        const RowSums portable = sum_rows_portable(n);
        for (const SimdLevel level : {SimdLevel::avx2, SimdLevel::avx512})
            if (level <= simd_level()) expect_sums(level, portable, n);
    }
}

INSTANTIATE_TEST_SUITE_P(All, RowsOfLevel,
                         testing::Values(SimdLevel::portable, SimdLevel::avx2, SimdLevel::avx512),
                         [](const testing::TestParamInfo<SimdLevel>& level) {
                             switch (level.param) {
                                 case SimdLevel::avx512:
                                     return "Avx512";
                                 case SimdLevel::avx2:
                                     return "Avx2";
                                 case SimdLevel::portable:
                                     break;
                             }
                             return "Portable";
                         });

}  // namespace
}  // namespace factorize::numbers
