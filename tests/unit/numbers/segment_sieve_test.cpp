#include "numbers/segment_sieve.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include <gtest/gtest.h>

#include "numbers/factor.hpp"

namespace factorize::numbers {
namespace {

/// The segments of an interval join up and say of each number what factor() says.
void expect_sieves(SegmentSieve& sieve, Interval interval) {
    SCOPED_TRACE(testing::Message() << interval.count << " numbers from " << interval.first);
    sieve.begin(interval);
    for (std::uint64_t done = 0; done < interval.count;) {
        const Segment& segment = sieve.next();
        ASSERT_EQ(segment.first, interval.first + done);
        ASSERT_GT(segment.size, 0U);
        for (std::size_t i = 0; i < segment.size; ++i) {
            const std::uint64_t n = segment.first + i;
            std::uint64_t smooth = 1;
            std::vector<std::uint32_t> primes;
            bool has_square = false;
            for (const auto& [prime, exponent] : factor(n)) {
                if (prime <= SegmentSieve::largest_smooth_prime) {
                    for (std::uint32_t e = 0; e < exponent; ++e) smooth *= prime;
                } else if (prime <= sieve.bound()) {
                    primes.push_back(static_cast<std::uint32_t>(prime));
                    has_square = has_square || exponent > 1;
                }
            }
            ASSERT_EQ(segment.smooth[i], smooth) << n;
            ASSERT_EQ(segment.prime_count[i], primes.size()) << n;
            for (std::size_t k = 0; k < primes.size(); ++k) ASSERT_EQ(segment.prime(k, i), primes[k]) << n;
            ASSERT_EQ(segment.has_square[i], has_square) << n;
        }
        done += segment.size;
    }
    // The bound suffices, or is one that the interval's length can pay for.
    ASSERT_TRUE(sieve.bound() * sieve.bound() >= interval.last() || sieve.bound() >= 64 * interval.count ||
                sieve.bound() >= 1 << 22);
}

class SegmentSieveTest : public testing::Test {
protected:
    std::unique_ptr<SegmentSieve> sieve_ = std::make_unique<SegmentSieve>();  // a megabyte: not on the stack
};

TEST_F(SegmentSieveTest, FindsSmoothPartsPrimesAndSquares) {
    for (const std::uint64_t first : {1ULL, 4'000'000'000ULL, 1'000'000'000'000ULL})
        expect_sieves(*sieve_, {first, 2 * Segment::max_size + 77});
    expect_sieves(*sieve_, {1'000'000'000'000'000'000, 200});
    expect_sieves(*sieve_, {0 - std::uint64_t{200}, 200});
}

TEST_F(SegmentSieveTest, GoesOnWhereItEnded) {
    std::uint64_t first = 1'000'000;
    for (const std::uint64_t count : {5000ULL, 1ULL, 20'000ULL, 3ULL, 16'384ULL, 40'000ULL}) {
        expect_sieves(*sieve_, {first, count});
        first += count;
    }
}

TEST_F(SegmentSieveTest, StartsAfreshWhenAnIntervalWasLeftHalfWay) {
    sieve_->begin({1'000'000, 100'000});
    static_cast<void>(sieve_->next());
    expect_sieves(*sieve_, {1'000'000 + Segment::max_size, 3000});
}

TEST_F(SegmentSieveTest, StartsAfreshAfterTheLastNumberOfAll) {
    expect_sieves(*sieve_, {~std::uint64_t{0}, 1});
    expect_sieves(*sieve_, {1, 100});
}

// Large primes and their squares are carried over from segment to segment.
TEST_F(SegmentSieveTest, CarriesLargePrimesOver) { expect_sieves(*sieve_, {3'000'000'000, 600'000}); }

}  // namespace
}  // namespace factorize::numbers
