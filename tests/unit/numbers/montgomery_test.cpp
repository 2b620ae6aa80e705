#include "numbers/montgomery.hpp"

#include <cstdint>

#include <gtest/gtest.h>

#include "support/random_numbers.hpp"

namespace factorize::numbers {
namespace {

/// A residue taken out of its form: multiplied by 1.
std::uint64_t value(const Montgomery& mod, std::uint64_t form) { return mod.multiply(form, 1); }

void expect_arithmetic_mod(std::uint64_t n, std::uint64_t a, std::uint64_t b) {
    SCOPED_TRACE(testing::Message() << "a = " << a << ", b = " << b << " mod " << n);
    const Montgomery mod(n);
    const std::uint64_t x = mod.form(a);
    const std::uint64_t y = mod.form(b);
    ASSERT_LT(x, n);
    ASSERT_EQ(value(mod, x), a % n);
    ASSERT_EQ(value(mod, mod.multiply(x, y)), static_cast<Uint128>(a) * b % n);
    ASSERT_EQ(value(mod, mod.square(x)), static_cast<Uint128>(a) * a % n);
    ASSERT_EQ(value(mod, mod.add(x, y)), (static_cast<Uint128>(a) + b) % n);
    ASSERT_EQ(value(mod, mod.one()), 1U);
    ASSERT_EQ(value(mod, mod.minus_one()), n - 1);
}

TEST(Montgomery, IsArithmeticModuloAnyOddNumber) {
    RandomNumbers random(10);
    for (int bits = 2; bits <= 64; ++bits)
        for (int i = 0; i < 200; ++i)
            expect_arithmetic_mod(random.odd_of_bits(bits), random.of_bits(64), random.of_bits(1 + i % 64));
}

TEST(Montgomery, HoldsAtTheEdges) {
    constexpr std::uint64_t top = ~std::uint64_t{0};
    for (const std::uint64_t n : {std::uint64_t{3}, std::uint64_t{5}, top, top - 2, top / 2, top / 2 + 2})
        for (const std::uint64_t a : {std::uint64_t{0}, std::uint64_t{1}, n - 1, n, top})
            for (const std::uint64_t b : {std::uint64_t{0}, std::uint64_t{1}, n - 1, n, top})
                expect_arithmetic_mod(n, a, b);
}

TEST(InverseModTwoToThe64, IsOne) {
    RandomNumbers random(11);
    for (int i = 0; i < 1000; ++i) {
        const std::uint64_t n = random.odd_of_bits(1 + i % 64);
        EXPECT_EQ(n * inverse_mod_2_64(n), 1U) << n;
    }
}

}  // namespace
}  // namespace factorize::numbers
