#include "numbers/certify.hpp"

#include <cstdint>
#include <initializer_list>

#include <gtest/gtest.h>

#include "numbers/factor.hpp"
#include "support/nasty_numbers.hpp"
#include "support/random_numbers.hpp"

namespace factorize::numbers {
namespace {

Factorization of(std::initializer_list<PrimePower> powers) {
    Factorization factorization;
    for (const auto& [prime, exponent] : powers) factorization.push_back(prime, exponent);
    return factorization;
}

TEST(Certifies, WhatFactorFinds) {
    RandomNumbers random(9);
    for (int bits = 1; bits <= 64; ++bits)
        for (int i = 0; i < 20; ++i) {
            const std::uint64_t n = random.of_bits(bits);
            ASSERT_TRUE(certifies(factor(n), n)) << n;
        }
    for (const std::uint64_t n : nasty::primes) EXPECT_TRUE(certifies(factor(n), n)) << n;
    for (const std::uint64_t n : nasty::composites) EXPECT_TRUE(certifies(factor(n), n)) << n;
}

TEST(Certifies, OneByNoPrimes) {
    EXPECT_TRUE(certifies({}, 1));
    EXPECT_FALSE(certifies({}, 2));
    EXPECT_FALSE(certifies(of({{2, 1}}), 1));
}

TEST(Certifies, NoOtherNumber) {
    EXPECT_TRUE(certifies(of({{2, 2}, {3, 1}}), 12));
    EXPECT_FALSE(certifies(of({{2, 2}, {3, 1}}), 24));
    EXPECT_FALSE(certifies(of({{2, 2}, {3, 1}}), 6));
    EXPECT_FALSE(certifies(of({{2, 2}, {3, 1}}), 0));
}

TEST(Certifies, NoProductThatWraps) {
    EXPECT_FALSE(certifies(of({{2, 64}}), 0));
    EXPECT_FALSE(certifies(of({{2, 65}}), 0));
    // 3^41 mod 2^64
    std::uint64_t wrapped = 1;
    for (int i = 0; i < 41; ++i) wrapped *= 3;
    EXPECT_FALSE(certifies(of({{3, 41}}), wrapped));
    EXPECT_FALSE(certifies(of({{3, 0xFFFF'FFFF}}), 5));
}

TEST(Certifies, NoDisorder) {
    EXPECT_FALSE(certifies(of({{3, 1}, {2, 2}}), 12));
    EXPECT_FALSE(certifies(of({{2, 1}, {2, 1}, {3, 1}}), 12));
    EXPECT_FALSE(certifies(of({{2, 2}, {3, 1}, {5, 0}}), 12));
    EXPECT_FALSE(certifies(of({{1, 1}, {2, 2}, {3, 1}}), 12));
    EXPECT_FALSE(certifies(of({{0, 1}}), 0));
}

TEST(Certifies, NoComposite) {
    EXPECT_FALSE(certifies(of({{3, 1}, {4, 1}}), 12));
    for (const std::uint64_t n : nasty::composites) EXPECT_FALSE(certifies(of({{n, 1}}), n)) << n;
    for (const std::uint64_t n : nasty::strong_pseudoprimes) EXPECT_FALSE(certifies(of({{n, 1}}), n)) << n;
    for (const std::uint64_t n : nasty::strong_lucas_pseudoprimes)
        EXPECT_FALSE(certifies(of({{n, 1}}), n)) << n;
    for (const std::uint64_t n : nasty::carmichael_numbers) EXPECT_FALSE(certifies(of({{n, 1}}), n)) << n;
}

}  // namespace
}  // namespace factorize::numbers
