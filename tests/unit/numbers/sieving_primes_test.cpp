#include "numbers/sieving_primes.hpp"

#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

#include "support/naive.hpp"

namespace factorize::numbers {
namespace {

TEST(SievingPrimes, AreTheOddPrimesWhateverTheOrderOfTheLimits) {
    SievingPrimes primes;
    for (const std::uint64_t limit : {0U, 1U, 2U, 3U, 100U, 7U, 113U, 70'000U, 65'536U, 100'003U, 3U}) {
        std::vector<std::uint32_t> expected;
        for (std::uint32_t n = 3; n <= limit; n += 2)
            if (naive::is_prime(n)) expected.push_back(n);
        const auto found = primes.up_to(limit);
        EXPECT_EQ(std::vector<std::uint32_t>(found.begin(), found.end()), expected) << limit;
    }
}

TEST(SievingPrimes, AreAsManyAsKnown) {
    SievingPrimes primes;
    EXPECT_EQ(primes.up_to(1'000'000).size() + 1, 78'498U);  // OEIS A006880
    EXPECT_EQ(primes.up_to(10'000'000).size() + 1, 664'579U);
}

}  // namespace
}  // namespace factorize::numbers
