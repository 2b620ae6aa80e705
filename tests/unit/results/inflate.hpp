// zlib, which shares nothing with our encoder, reads what it wrote.
#pragma once

#include <cstddef>
#include <vector>

#include <gtest/gtest.h>
#include <zlib.h>

namespace factorize::results {

/// The `size` bytes that `stream`, in zlib's format, holds; its checksum and its end are looked at.
inline std::vector<std::byte> inflate_all(const std::vector<std::byte>& stream, std::size_t size) {
    std::vector<std::byte> bytes(size + 1);  // one more would be noticed
    uLongf given = bytes.size();
    uLong taken = stream.size();
    EXPECT_EQ(::uncompress2(reinterpret_cast<Bytef*>(bytes.data()), &given,
                            reinterpret_cast<const Bytef*>(stream.data()), &taken),
              Z_OK);
    EXPECT_EQ(taken, stream.size());
    EXPECT_EQ(given, size);
    bytes.resize(given);
    return bytes;
}

}  // namespace factorize::results
