// 64-bit integers as eight bytes, lowest first, whatever the machine.
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace factorize::jobs {

inline void put_u64(std::uint64_t value, std::vector<std::byte>& out) {
    for (unsigned shift = 0; shift < 64; shift += 8) out.push_back(static_cast<std::byte>(value >> shift));
}

/// Reads the first eight bytes and moves behind them. @pre bytes.size() >= 8
inline std::uint64_t take_u64(std::span<const std::byte>& bytes) {
    assert(bytes.size() >= 8);
    std::uint64_t value = 0;
    for (unsigned i = 0; i < 8; ++i) value |= std::to_integer<std::uint64_t>(bytes[i]) << (8 * i);
    bytes = bytes.subspan(8);
    return value;
}

}  // namespace factorize::jobs
