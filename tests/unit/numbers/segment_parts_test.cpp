#include "numbers/segment_parts.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "numbers/divisor_table.hpp"

namespace factorize::numbers {
namespace {

class SegmentPartsTest : public testing::TestWithParam<SimdLevel> {
protected:
    void SetUp() override {
        if (GetParam() > simd_level()) GTEST_SKIP() << "not on this machine";
    }

    void expect_parts(Interval interval) {
        SCOPED_TRACE(testing::Message() << interval.count << " numbers from " << interval.first);
        sieve_->begin(interval);
        for (std::uint64_t done = 0; done < interval.count;) {
            const Segment& segment = sieve_->next();
            multiply_out(segment, *parts_, GetParam());
            for (std::size_t i = 0; i < segment.size; ++i) {
                std::uint64_t part = segment.smooth[i];
                std::uint64_t rest = (segment.first + i) / part;
                std::size_t folded = 0;
                for (std::size_t k = 0; k < segment.prime_count[i]; ++k) {
                    const std::uint64_t p = segment.prime(k, i);
                    rest /= p;
                    if (folded == k && part <= (DivisorTable::size - 1) / p) {
                        part *= p;
                        ++folded;
                    }
                }
                ASSERT_EQ(parts_->table_part[i], part) << segment.first + i;
                ASSERT_EQ(parts_->rest[i], rest) << segment.first + i;
                ASSERT_EQ(parts_->folded[i], folded) << segment.first + i;
            }
            done += segment.size;
        }
    }

    std::unique_ptr<SegmentSieve> sieve_ = std::make_unique<SegmentSieve>();
    std::unique_ptr<SegmentParts> parts_ = std::make_unique<SegmentParts>();
};

TEST_P(SegmentPartsTest, MultiplyBackToTheNumbers) {
    expect_parts({1, 100'000});
    for (const std::uint64_t middle : {10'000'000ULL, 1ULL << 32, 1'000'000'000'000ULL, 1ULL << 52,
                                       1ULL << 53, 1ULL << 54, 1'000'000'000'000'000'000ULL, 1ULL << 63})
        for (const std::uint64_t count : {1ULL, 70ULL, 40'000ULL}) expect_parts({middle - count / 2, count});
}

// Where a double can no longer tell a number from the next, nor 2^64 from the last ones.
TEST_P(SegmentPartsTest, MultiplyBackAtTheVeryTop) {
    for (const std::uint64_t count : {1ULL, 9ULL, 5000ULL, 40'000ULL}) expect_parts({0 - count, count});
}

INSTANTIATE_TEST_SUITE_P(EveryLevel, SegmentPartsTest,
                         testing::Values(SimdLevel::portable, SimdLevel::avx2, SimdLevel::avx512),
                         [](const auto& test) {
                             return "Level" + std::to_string(static_cast<int>(test.param));
                         });

}  // namespace
}  // namespace factorize::numbers
