#include "results/byte_shuffle.hpp"

#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace factorize::results {
namespace {

TEST(ByteShuffle, FastOneEqualsNaiveOneForEveryRemainder) {
    std::mt19937 random(1);
    for (const std::size_t width : {4U, 8U}) {
        for (std::size_t count = 0; count < 200; ++count) {
            std::vector<std::byte> in(count * width);
            for (std::byte& byte : in) byte = static_cast<std::byte>(random());
            const std::size_t stride = count + count % 3;
            std::vector<std::byte> fast(stride * width, std::byte{7});  // nothing but the planes is written
            std::vector<std::byte> naive = fast;
            shuffle_bytes(in, width, fast.data(), stride);
            shuffle_bytes_naive(in, width, naive.data(), stride);
            ASSERT_EQ(fast, naive) << width << " x " << count;
        }
    }
}

TEST(ByteShuffle, PutsBytesOfEqualWeightSideBySide) {
    const std::vector<std::byte> in{std::byte{1}, std::byte{2}, std::byte{3}, std::byte{4},
                                    std::byte{5}, std::byte{6}, std::byte{7}, std::byte{8}};
    std::vector<std::byte> out(in.size());
    shuffle_bytes(in, 4, out.data(), 2);
    EXPECT_EQ(out, (std::vector<std::byte>{std::byte{1}, std::byte{5}, std::byte{2}, std::byte{6},
                                           std::byte{3}, std::byte{7}, std::byte{4}, std::byte{8}}));
}

}  // namespace
}  // namespace factorize::results
