#include "results/adler32.hpp"

#include <random>
#include <vector>

#include <gtest/gtest.h>
#include <zlib.h>

namespace factorize::results {
namespace {

std::uint32_t zlib_adler32(const std::vector<std::byte>& bytes) {
    return static_cast<std::uint32_t>(
        ::adler32(1, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size())));
}

TEST(Adler32, IsZlibs) {
    std::mt19937 random(1);
    for (const std::size_t size :
         {0U, 1U, 2U, 31U, 32U, 33U, 63U, 64U, 100U, 5535U, 5536U, 5552U, 5553U, 65536U, 1000003U}) {
        std::vector<std::byte> bytes(size);
        for (std::byte& byte : bytes) byte = static_cast<std::byte>(random());
        Adler32 whole;
        whole.add(bytes);
        EXPECT_EQ(whole.value(), zlib_adler32(bytes)) << size;
        Adler32 parts;
        parts.add(std::span(bytes).first(size / 3));
        parts.add(std::span(bytes).subspan(size / 3));
        EXPECT_EQ(parts.value(), zlib_adler32(bytes)) << size;
    }
}

TEST(Adler32, DoesNotOverflowWhereAllBitsAreSet) {
    const std::vector<std::byte> bytes(1000000, std::byte{255});
    Adler32 checksum;
    checksum.add(bytes);
    EXPECT_EQ(checksum.value(), zlib_adler32(bytes));
}

TEST(Adler32, RepeatsAreLikeTheBytesThemselves) {
    for (const unsigned value : {0U, 1U, 128U, 255U})
        for (const std::size_t count : {1U, 2U, 258U, 16384U, 65520U, 65521U, 65522U, 131072U, 1000001U}) {
            std::vector<std::byte> bytes(7, std::byte{99});
            Adler32 checksum;
            checksum.add(bytes);
            checksum.add_repeated(static_cast<std::byte>(value), count);
            bytes.insert(bytes.end(), count, static_cast<std::byte>(value));
            EXPECT_EQ(checksum.value(), zlib_adler32(bytes)) << value << " x " << count;
        }
}

}  // namespace
}  // namespace factorize::results
