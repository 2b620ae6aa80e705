#include "numbers/primality.hpp"

#include <cstdint>
#include <ostream>
#include <vector>

#include <gtest/gtest.h>

#include "support/naive.hpp"
#include "support/nasty_numbers.hpp"
#include "support/random_numbers.hpp"

namespace factorize::numbers {
namespace {

struct Test {
    const char* name;
    bool (*says_prime)(std::uint64_t);

    friend void PrintTo(const Test& test, std::ostream* out) { *out << test.name; }
};
class Primality : public testing::TestWithParam<Test> {
protected:
    bool says_prime(std::uint64_t n) const { return GetParam().says_prime(n); }
};
INSTANTIATE_TEST_SUITE_P(, Primality,
                         testing::Values(Test{"is_prime", is_prime}, Test{"is_prime_bpsw", is_prime_bpsw}),
                         [](const auto& instance) { return instance.param.name; });

TEST_P(Primality, AgreesWithASieveBelowTwoMillion) {
    constexpr std::uint64_t size = 2'000'000;
    std::vector<bool> composite(size);
    composite[0] = composite[1] = true;
    for (std::uint64_t p = 2; p < size; ++p) {
        ASSERT_EQ(says_prime(p), !composite[p]) << p;
        if (!composite[p])
            for (std::uint64_t multiple = p * p; multiple < size; multiple += p) composite[multiple] = true;
    }
}

TEST_P(Primality, KnowsThePrimesAtTheEdges) {
    for (const std::uint64_t p : nasty::primes) EXPECT_TRUE(says_prime(p)) << p;
}

TEST_P(Primality, IsNotFooledByPseudoprimes) {
    for (const std::uint64_t n : nasty::strong_pseudoprimes) EXPECT_FALSE(says_prime(n)) << n;
    for (const std::uint64_t n : nasty::strong_lucas_pseudoprimes) EXPECT_FALSE(says_prime(n)) << n;
    for (const std::uint64_t n : nasty::carmichael_numbers) EXPECT_FALSE(says_prime(n)) << n;
}

TEST_P(Primality, RejectsCompositesAtTheEdges) {
    for (const std::uint64_t n : nasty::composites) EXPECT_FALSE(says_prime(n)) << n;
    for (const auto& [n, divisors] : nasty::highly_composite) EXPECT_FALSE(says_prime(n)) << n;
}

TEST_P(Primality, AgreesWithTrialDivisionAroundTheChangesOfMethod) {
    for (const std::uint64_t edge : {29ULL * 29, 41ULL * 41, 341'531ULL, 1'050'535'501ULL, 1ULL << 32})
        for (std::uint64_t n = edge - 300; n < edge + 300; ++n)
            EXPECT_EQ(says_prime(n), naive::is_prime(n)) << n;
}

// No prime lies between the last one below 2^64 and 2^64: PARI's precprime gives 2^64 - 59, then 2^64 - 83.
TEST_P(Primality, SeesNoPrimeInTheLastFiftyEightNumbers) {
    for (std::uint64_t below = 1; below <= 83; ++below)
        EXPECT_EQ(says_prime(0 - below), below == 59 || below == 83) << "2^64 - " << below;
}

TEST(PrimalityTests, AgreeOnRandomNumbersOfEveryLength) {
    RandomNumbers random(1);
    for (int bits = 2; bits <= 64; ++bits)
        for (int i = 0; i < 500; ++i) {
            const std::uint64_t n = random.odd_of_bits(bits);
            ASSERT_EQ(is_prime(n), is_prime_bpsw(n)) << n;
        }
}

}  // namespace
}  // namespace factorize::numbers
