#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "numbers/big/divisors.hpp"
#include "numbers/big/factor.hpp"
#include "numbers/big/integer.hpp"

namespace factorize::numbers::big {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Integer integer(const std::string& digits) { return Integer::from_digits(digits); }

std::vector<std::pair<std::string, std::uint64_t>> powers_of(const std::string& digits) {
    std::vector<std::pair<std::string, std::uint64_t>> powers;
    for (const PrimePower& power : factor(integer(digits)))
        powers.emplace_back(power.prime.digits(), power.exponent);
    return powers;
}

std::vector<std::string> divisors_of(const std::string& digits) {
    const Integer n = integer(digits);
    std::vector<std::string> divisors;
    for_each_divisor(n, factor(n), [&](const Integer& divisor) { divisors.push_back(divisor.digits()); });
    return divisors;
}

TEST(Integer, KeepsItsDigits) {
    for (const char* digits : {"0", "1", "4611686018427387903", "4611686018427387904", "18446744073709551615",
                               "18446744073709551616", "340282366920938463463374607431768211456"})
        EXPECT_EQ(integer(digits).digits(), digits);
    EXPECT_EQ(integer("007").digits(), "7");
    EXPECT_EQ(Integer(UINT64_MAX).digits(), "18446744073709551615");
}

TEST(Integer, CopiesAndMoves) {
    const Integer a = integer("340282366920938463463374607431768211456");
    Integer b = a;
    const Integer c = std::move(b);
    b = a;
    EXPECT_EQ(a, c);
    EXPECT_EQ(a, b);
    EXPECT_LT(Integer(3), a);
    EXPECT_EQ(a.square_root(), integer("18446744073709551616"));
    EXPECT_EQ(a.divided_by(integer("18446744073709551616")) * Integer(1), integer("18446744073709551616"));
}

TEST(BigFactor, SmallAndLargePrimes) {
    EXPECT_THAT(powers_of("1"), IsEmpty());
    EXPECT_THAT(powers_of("12"), ElementsAre(std::pair("2", 2), std::pair("3", 1)));
    EXPECT_THAT(powers_of("18446744073709551616"), ElementsAre(std::pair("2", 64)));
    EXPECT_THAT(powers_of("18446744073709551629"), ElementsAre(std::pair("18446744073709551629", 1)));
}

TEST(BigFactor, FermatNumbersAndRepunits) {
    // Published factorizations: F6, F7 (Brillhart, Morrison 1970), and (10^31 - 1) / 9.
    EXPECT_THAT(powers_of("18446744073709551617"),
                ElementsAre(std::pair("274177", 1), std::pair("67280421310721", 1)));
    EXPECT_THAT(powers_of("340282366920938463463374607431768211457"),
                ElementsAre(std::pair("59649589127497217", 1), std::pair("5704689200685129054721", 1)));
    EXPECT_THAT(
        powers_of("1111111111111111111111111111111"),
        ElementsAre(std::pair("2791", 1), std::pair("6943319", 1), std::pair("57336415063790604359", 1)));
}

TEST(BigFactor, PrimesAscendAndPowersAreMerged) {
    // (2^61 - 1)^2 * (2^31 - 1)^3 * 1000003
    const Integer m61 = integer("2305843009213693951");
    const Integer m31 = integer("2147483647");
    const Integer n = m61 * m31 * m61 * m31 * m31 * integer("1000003");
    EXPECT_THAT(powers_of(n.digits()), ElementsAre(std::pair("1000003", 1), std::pair("2147483647", 3),
                                                   std::pair("2305843009213693951", 2)));
}

TEST(BigFactor, LeavesTheWorkingDirectoryAsItWas) {
    namespace fs = std::filesystem;
    const fs::path before = fs::current_path();
    char name[] = "/tmp/big_test-XXXXXX";
    const fs::path temporary = ::mkdtemp(name);
    const char* const old = std::getenv("TMPDIR");
    const std::string kept = old == nullptr ? "" : old;
    ::setenv("TMPDIR", temporary.c_str(), 1);
    // 15-digit primes: the quadratic sieve's file is needed.
    EXPECT_THAT(powers_of("636315930528662644454026097579"),
                ElementsAre(std::pair("750969265922957", 1), std::pair("847326194829847", 1)));
    EXPECT_TRUE(fs::is_empty(temporary));
    EXPECT_EQ(fs::current_path(), before);
    old == nullptr ? ::unsetenv("TMPDIR") : ::setenv("TMPDIR", kept.c_str(), 1);
    fs::remove_all(temporary);
}

TEST(BigDivisorCount, SaturatesWhereItPasses64Bits) {
    EXPECT_EQ(divisor_count({}), 1U);
    EXPECT_EQ(divisor_count({{Integer(2), 2}, {Integer(3), 1}}), 6U);
    EXPECT_EQ(divisor_count({{Integer(2), UINT32_MAX}, {Integer(3), UINT32_MAX}, {Integer(5), 1}}),
              UINT64_MAX);
}

TEST(BigDivisors, AscendWithoutOneAndN) {
    EXPECT_THAT(divisors_of("1"), IsEmpty());
    EXPECT_THAT(divisors_of("18446744073709551629"), IsEmpty());
    EXPECT_THAT(divisors_of("12"), ElementsAre("2", "3", "4", "6"));
    EXPECT_THAT(divisors_of("36"), ElementsAre("2", "3", "4", "6", "9", "12", "18"));
    // the square of the prime 2^64 + 13
    EXPECT_THAT(divisors_of("340282366920938463942989953348216553641"), ElementsAre("18446744073709551629"));
}

TEST(BigDivisors, AreAllThoseOfAFactorial) {
    // 25! has 340,032 divisors: 23 * 11 * 7 * 4 * 3 * 2 * 2 * 2 * 2, by Legendre's formula.
    const Integer n = integer("15511210043330985984000000");
    Integer last(1);
    std::uint64_t count = 2;
    for_each_divisor(n, factor(n), [&](const Integer& divisor) {
        ASSERT_LT(last, divisor);
        ASSERT_EQ(n.divided_by(divisor) * divisor, n);
        last = divisor;
        ++count;
    });
    EXPECT_EQ(count, 340'032U);
    EXPECT_EQ(last * Integer(2), n);
}

}  // namespace
}  // namespace factorize::numbers::big
