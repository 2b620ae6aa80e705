// Bits into bytes, the first one lowest, as deflate packs them (RFC 1951, 3.1.1).
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace factorize::results {

/// Writes to memory that its caller keeps large enough: seven bytes more than what is put.
class BitWriter {
public:
    static constexpr unsigned most_bits = 56;  // at once

    explicit BitWriter(std::byte* out) : out_(out) {}

    /// @pre count <= most_bits, bits < 2^count
    void put(std::uint64_t bits, unsigned count) {
        pending_ |= bits << pending_count_;
        pending_count_ += count;
        static_assert(std::endian::native == std::endian::little);
        std::memcpy(out_, &pending_, sizeof pending_);
        out_ += pending_count_ / 8;
        pending_ >>= pending_count_ / 8 * 8;
        pending_count_ %= 8;
    }

    /// Zeros up to a whole byte.
    void align() {
        if (pending_count_ == 0) return;
        ++out_;
        pending_ = 0;
        pending_count_ = 0;
    }

    /// @pre aligned
    void put_bytes(std::span<const std::byte> bytes) {
        std::memcpy(out_, bytes.data(), bytes.size());
        out_ += bytes.size();
    }

    /// Behind the last whole byte.
    [[nodiscard]] std::byte* end() const { return out_; }

private:
    std::byte* out_;
    std::uint64_t pending_ = 0;
    unsigned pending_count_ = 0;  // below 8 between two calls
};

}  // namespace factorize::results
