#include "numbers/sieve_loops.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "numbers/sieving_primes.hpp"
#include "numbers/uint128.hpp"

namespace factorize::numbers {
namespace {

class SieveLoopsTest : public testing::TestWithParam<SimdLevel> {
protected:
    SieveLoopsTest() {
        const auto odd = source_.up_to(3'000'000);
        primes_ = odd.subspan(
            static_cast<std::size_t>(std::lower_bound(odd.begin(), odd.end(), 1 << 14) - odd.begin()));
    }
    void SetUp() override {
        if (GetParam() > simd_level()) GTEST_SKIP() << "not on this machine";
    }

    const SieveLoops& loops() const { return sieve_loops(GetParam()); }

    SievingPrimes source_;
    std::span<const std::uint32_t> primes_;
};

std::uint64_t distance_to_multiple(std::uint64_t n, std::uint64_t q) { return (q - n % q) % q; }

/// Around multiples of primes and of their squares, where quotients are rounded either way, up to 2^64.
std::vector<std::uint64_t> places() {
    std::vector<std::uint64_t> all{
        1, 2, 1 << 14, 1'000'000'007, 999'999'999'999, 0 - std::uint64_t{1} - (1 << 24)};
    for (const std::uint64_t p : {16'411ULL, 65'537ULL, 1'000'003ULL, 2'999'999ULL})
        for (const std::uint64_t factor : {std::uint64_t{p}, p * 1'000'003, (std::uint64_t{1} << 63) / p,
                                           (0 - (std::uint64_t{1} << 24)) / p})
            for (std::uint64_t n = p * factor - 1; n != p * factor + 2; ++n) all.push_back(n);
    return all;
}

TEST_P(SieveLoopsTest, PlaceFollowsTheDefinition) {
    constexpr std::uint64_t horizon = 1 << 24;
    for (const std::uint64_t first : places()) {
        std::vector<std::uint32_t> distance(primes_.size());
        std::vector<std::uint64_t> squares;
        loops().place(first, primes_, distance.data(), horizon, squares);
        std::vector<std::uint64_t> expected_squares;
        for (std::size_t j = 0; j < primes_.size(); ++j) {
            const std::uint64_t p = primes_[j];
            ASSERT_EQ(distance[j], distance_to_multiple(first, p)) << p << " from " << first;
            if (const std::uint64_t d = distance_to_multiple(first, p * p); d < horizon)
                expected_squares.push_back(d);
        }
        std::sort(squares.begin(), squares.end());
        std::sort(expected_squares.begin(), expected_squares.end());
        ASSERT_EQ(squares, expected_squares) << first;
    }
}

TEST_P(SieveLoopsTest, PassFindsEveryMultipleOnce) {
    for (const std::size_t prime_count : {0UL, 1UL, 15UL, 16UL, 17UL, 1000UL}) {
        const auto primes = primes_.first(prime_count);
        std::vector<std::uint32_t> distance(prime_count);
        std::vector<std::uint64_t> squares;
        constexpr std::uint64_t first = 1'000'000'000'000;
        loops().place(first, primes, distance.data(), 0, squares);
        std::vector<std::uint32_t> hits(prime_count + SieveLoops::overrun);
        std::vector<std::uint32_t> hit_primes(prime_count + SieveLoops::overrun);
        std::uint64_t begin = first;
        for (const std::uint32_t size : {1U, 16'384U, 5U, 16'384U, 10'000U, 16'384U}) {
            const std::size_t found =
                loops().pass(size, primes, distance.data(), hits.data(), hit_primes.data());
            std::size_t at = 0;
            for (const std::uint32_t p : primes) {
                const std::uint64_t d = distance_to_multiple(begin, p);
                if (d >= size) continue;
                ASSERT_LT(at, found);
                ASSERT_EQ(hits[at], d);
                ASSERT_EQ(hit_primes[at++], p);
            }
            ASSERT_EQ(at, found);
            begin += size;
        }
    }
}

INSTANTIATE_TEST_SUITE_P(EveryLevel, SieveLoopsTest,
                         testing::Values(SimdLevel::portable, SimdLevel::avx2, SimdLevel::avx512),
                         [](const auto& test) {
                             return "Level" + std::to_string(static_cast<int>(test.param));
                         });

}  // namespace
}  // namespace factorize::numbers
