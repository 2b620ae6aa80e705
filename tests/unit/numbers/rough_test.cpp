#include "numbers/rough.hpp"

#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace factorize::numbers
