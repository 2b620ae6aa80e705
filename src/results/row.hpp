// A row of a result file as its readers get it.
#pragma once

#include <cstdint>
#include <span>

namespace factorize::results {

struct Row {
    std::uint64_t index = 0;
    std::uint64_t number = 0;
    std::uint64_t offset = 0;                ///< as stored
    std::uint32_t stored_count = 0;          ///< as stored
    std::span<const std::uint64_t> stored;   ///< as stored, widened to 64 bits
    std::span<const std::uint64_t> factors;  ///< all d with 1 < d < n, ascending, whatever the store
    /// No list was found, so `factors` is empty although the number may have some: it stands in /failures, or
    /// is composite (which tells also of a failure that /failures had no room for).
    bool failed = false;
};

}  // namespace factorize::results
