#include "jobs/file_size.hpp"

#include <cstdint>

#include <gtest/gtest.h>

#include "jobs/census.hpp"

namespace factorize::jobs {
namespace {

/// What real files took, of 400,000 numbers.
struct Measured {
    std::uint64_t around;
    double full_bytes_a_number;
    double half_bytes_a_number;
};
constexpr Measured measured[] = {{10'000'000, 31.3, 12.0},
                                 {1'000'000'000, 49.6, 16.8},
                                 {1'000'000'000'000, 83.3, 27.1},
                                 {1'000'000'000'000'000, 128.0, 39.3}};

double bytes_a_number(std::uint64_t first, Store store) {
    constexpr std::uint64_t rows = 1'000'000;
    const RangeCensus census(Ranges({{first, first + rows - 1}}), store);
    return estimated_file_bytes(rows, static_cast<double>(census.total().factors), first + rows - 1, store) /
           rows;
}

TEST(EstimatedFileBytes, AgreesWithFilesThatWereMeasured) {
    for (const Measured& files : measured) {
        EXPECT_NEAR(bytes_a_number(files.around, Store::full) / files.full_bytes_a_number, 1, 0.15)
            << files.around;
        EXPECT_NEAR(bytes_a_number(files.around, Store::half) / files.half_bytes_a_number, 1, 0.15)
            << files.around;
    }
}

TEST(EstimatedFileBytes, OfRangesIsThatOfEach) {
    const Ranges small({{1, 300'000}});
    const Ranges large({{1'000'000'000'000, 1'000'000'100'000}});
    const Ranges both({small.all()[0], large.all()[0]});
    for (const Store store : {Store::full, Store::half}) {
        const auto bytes = [store](const Ranges& ranges) {
            return estimated_file_bytes(ranges, RangeCensus(ranges, store), store);
        };
        const double nothing = estimated_file_bytes(0, 0, 1, store);
        EXPECT_NEAR(bytes(both), bytes(small) + bytes(large) - nothing, 1);
        const RangeCensus census(large, store);
        EXPECT_NEAR(
            bytes(large),
            estimated_file_bytes(static_cast<double>(large.rows()),
                                 static_cast<double>(census.total().factors), large.all()[0].last, store),
            1);
    }
}

TEST(EstimatedFileBytes, IsSaneAtTheEnds) {
    for (const Store store : {Store::full, Store::half}) {
        EXPECT_GT(estimated_file_bytes(1, 0, 1, store), 0);
        EXPECT_GT(estimated_file_bytes(1e6, 1e7, 5, store), estimated_file_bytes(1e6, 1e6, 5, store));
    }
    // 1:18446744073709551615, which no disk holds: some 10^20 bytes, and no infinity.
    const double everything = estimated_file_bytes(1.8e19, 7.8e20, UINT64_MAX, Store::full);
    EXPECT_GT(everything, 1e20);
    EXPECT_LT(everything, 1e23);
}

}  // namespace
}  // namespace factorize::jobs
