// Which divisors a job keeps.
#pragma once

#include <cstddef>
#include <cstdint>

namespace factorize::jobs {

enum class Store : std::uint8_t {
    full,  ///< every d with 1 < d < n: 64-bit values
    half,  ///< only d <= sqrt(n): 32-bit values; n / d is the pair
};

/// Bytes of one stored divisor.
[[nodiscard]] constexpr std::size_t value_bytes(Store store) { return store == Store::full ? 8 : 4; }

}  // namespace factorize::jobs
