#include "numbers/isqrt.hpp"

#include <cstdint>

#include <gtest/gtest.h>

namespace factorize::numbers {
namespace {

TEST(Isqrt, IsExactAroundEverySquare) {
    EXPECT_EQ(isqrt(0), 0U);
    EXPECT_EQ(isqrt(~std::uint64_t{0}), 0xFFFF'FFFFU);
    const auto check = [](std::uint64_t r) {
        ASSERT_EQ(isqrt(r * r), r);
        ASSERT_EQ(isqrt(r * r - 1), r - 1);
        ASSERT_EQ(isqrt(r * r + 2 * r), r);
    };
    for (std::uint64_t r = 1; r < 100'000; ++r) check(r);
    for (std::uint64_t r = 0xFFFF'FFFF; r > 0xFFFF'FFFF - 100'000; --r) check(r);
    for (std::uint64_t r = 94'906'265 - 50'000; r < 94'906'265 + 50'000; ++r) check(r);  // around 2^53
}

}  // namespace
}  // namespace factorize::numbers
