#include "numbers/rough.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "numbers/certify.hpp"
#include "numbers/small_primes.hpp"
#include "support/nasty_numbers.hpp"
#include "support/primes.hpp"
#include "support/random_numbers.hpp"

namespace factorize::numbers {
namespace {

std::vector<PrimePower> rough(std::uint64_t n, std::uint64_t least_prime = 257) {
    Factorization out;
    append_rough(n, least_prime, out);
    return {out.begin(), out.end()};
}

TEST(AppendRough, SplitsWhatTrialDivisionLeaves) {
    EXPECT_EQ(rough(1), std::vector<PrimePower>{});
    EXPECT_EQ(rough(257), (std::vector<PrimePower>{{257, 1}}));
    EXPECT_EQ(rough(257 * 257), (std::vector<PrimePower>{{257, 2}}));
    EXPECT_EQ(rough(257 * 263), (std::vector<PrimePower>{{257, 1}, {263, 1}}));
    EXPECT_EQ(rough(18'446'744'073'709'551'557U),
              (std::vector<PrimePower>{{18'446'744'073'709'551'557U, 1}}));
    EXPECT_EQ(rough(18'446'743'979'220'271'189U),
              (std::vector<PrimePower>{{4'294'967'279, 1}, {4'294'967'291, 1}}));
}

TEST(AppendRough, SplitsEveryPowerOfAPrime) {
    for (const std::uint64_t p : {257U, 263U, 1009U, 65'521U, 65'537U, 2'642'239U}) {
        std::uint64_t n = 1;
        for (std::uint32_t e = 1; n <= ~std::uint64_t{0} / p; ++e) {
            n *= p;
            EXPECT_EQ(rough(n), (std::vector<PrimePower>{{p, e}}));
        }
    }
}

TEST(AppendRough, SplitsSevenNeighbours) {
    EXPECT_EQ(
        rough(257ULL * 263 * 269 * 271 * 277 * 281 * 283),
        (std::vector<PrimePower>{{257, 1}, {263, 1}, {269, 1}, {271, 1}, {277, 1}, {281, 1}, {283, 1}}));
}

TEST(AppendRough, AppendsAfterSmallerPrimes) {
    Factorization out;
    out.push_back(2, 3);
    append_rough(1'000'003ULL * 1'000'033, 1'000'003, out);
    EXPECT_EQ(std::vector<PrimePower>(out.begin(), out.end()),
              (std::vector<PrimePower>{{2, 3}, {1'000'003, 1}, {1'000'033, 1}}));
}

/// Every level that this CPU can run.
class Batch : public testing::TestWithParam<const LaneKernels*> {
protected:
    /// What trial division leaves of n.
    static std::uint64_t rough_part(std::uint64_t n) {
        while (n % 2 == 0) n /= 2;
        for (const ExactDivisor& p : small_odd_primes)
            while (n % p.prime == 0) n /= p.prime;
        return n;
    }

    /// Each number's primes multiply to it, ascending, and pass the test that the batch does not use.
    static void expect_splits(const std::vector<std::uint64_t>& numbers) {
        RoughBatch batch(*GetParam());
        for (std::size_t i = 0; i < numbers.size(); ++i) batch.add(numbers[i], static_cast<std::uint32_t>(i));
        auto primes = batch.split(smallest_untried_prime);
        for (std::size_t i = 0; i < numbers.size(); ++i) {
            Factorization result;
            append_owned_primes(primes, static_cast<std::uint32_t>(i), result);
            ASSERT_TRUE(certifies(result, numbers[i])) << numbers[i];
        }
        ASSERT_TRUE(primes.empty());
    }
};

TEST_P(Batch, SplitsRandomNumbersOfEveryLength) {
    RandomNumbers random(30);
    for (int bits = 2; bits <= 64; ++bits) {
        std::vector<std::uint64_t> numbers;
        for (int i = 0; i < 2000; ++i) numbers.push_back(rough_part(random.of_bits(bits)));
        expect_splits(numbers);
    }
}

TEST_P(Batch, SplitsProductsOfTwoPrimesOfEveryLength) {
    RandomNumbers random(31);
    std::vector<std::uint64_t> numbers;
    for (int a = 10; a <= 32; ++a)
        for (int b = a; a + b <= 64; ++b)
            for (int i = 0; i < 10; ++i)
                numbers.push_back(prime_of_bits(random, a) * prime_of_bits(random, b));
    expect_splits(numbers);
}

TEST_P(Batch, SplitsProductsOfManySmallPrimes) {
    RandomNumbers random(32);
    std::vector<std::uint64_t> numbers;
    for (int bits = 9; bits <= 16; ++bits)
        for (int i = 0; i < 300; ++i) {
            std::uint64_t n = 1;
            while (n <= std::numeric_limits<std::uint64_t>::max() >> bits)
                n *= std::max<std::uint64_t>(prime_of_bits(random, bits), 257);
            numbers.push_back(n);
        }
    expect_splits(numbers);
}

TEST_P(Batch, SplitsPowersAndNeighbours) {
    RandomNumbers random(33);
    std::vector<std::uint64_t> numbers;
    for (int bits = 10; bits <= 32; ++bits)
        for (int i = 0; i < 20; ++i) {
            const std::uint64_t p = prime_of_bits(random, bits);
            for (std::uint64_t n = p;; n *= p) {
                numbers.push_back(n);
                if (n > std::numeric_limits<std::uint64_t>::max() / p) break;
            }
            std::uint64_t next = p - 2;
            while (!is_prime_bpsw(next)) next -= 2;
            numbers.push_back(p * next);
        }
    expect_splits(numbers);
}

TEST_P(Batch, SplitsNastyNumbers) {
    std::vector<std::uint64_t> numbers;
    for (const std::uint64_t n : nasty::primes) numbers.push_back(rough_part(n));
    for (const std::uint64_t n : nasty::composites) numbers.push_back(rough_part(n));
    for (const std::uint64_t n : nasty::strong_pseudoprimes) numbers.push_back(rough_part(n));
    for (const std::uint64_t n : nasty::carmichael_numbers) numbers.push_back(rough_part(n));
    expect_splits(numbers);
}

TEST_P(Batch, FillsItsLanesWithFewNumbers) {
    RandomNumbers random(34);
    for (std::size_t size = 0; size <= 40; ++size) {
        std::vector<std::uint64_t> numbers;
        for (std::size_t i = 0; i < size; ++i)
            numbers.push_back(i % 3 == 0 ? prime_of_bits(random, 20) * prime_of_bits(random, 24)
                                         : prime_of_bits(random, 30) * prime_of_bits(random, 31));
        expect_splits(numbers);
    }
}

std::vector<const LaneKernels*> every_level() {
    std::vector<const LaneKernels*> levels{&portable_lanes()};
    if (const LaneKernels* const avx512 = avx512_lanes()) levels.push_back(avx512);
    return levels;
}

INSTANTIATE_TEST_SUITE_P(EveryLevel, Batch, testing::ValuesIn(every_level()),
                         [](const auto& test) { return std::string(test.param->name); });

}  // namespace
}  // namespace factorize::numbers
