// The checksum at the end of zlib's format (RFC 1950).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace factorize::results {

/// Adler-32 of bytes given piece by piece.
class Adler32 {
public:
    void add(std::span<const std::byte> bytes);
    /// `count` times the same byte, at once.
    void add_repeated(std::byte byte, std::uint64_t count);

    [[nodiscard]] std::uint32_t value() const { return sum_of_sums_ << 16U | sum_; }

private:
    std::uint32_t sum_ = 1;
    std::uint32_t sum_of_sums_ = 0;
};

}  // namespace factorize::results
