#include "jobs/wrong_result.hpp"

#include <gtest/gtest.h>

namespace factorize::jobs {
namespace {

TEST(CertificateError, NamesBlocksAndBothSums) {
    EXPECT_STREQ(CertificateError({3, 2}, {10, 99}, {12, 101}).what(),
                 "wrong result: blocks 3 to 4 list 10 divisors with sum 99 mod 2^64 where there are 12 with "
                 "sum 101");
}

TEST(RowsFailed, NamesTheFirstNumberAndHoldsAllRows) {
    const RowsFailed error({4, 9}, 720'720, "wrong factorization");
    EXPECT_STREQ(error.what(), "720720: wrong factorization");
    EXPECT_EQ(error.rows(), (std::vector<std::uint64_t>{4, 9}));
    EXPECT_EQ(error.first_number(), 720'720U);
}

}  // namespace
}  // namespace factorize::jobs
