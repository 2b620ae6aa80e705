// How much memory this process ever held.
#pragma once

#include <cstdint>

#include <sys/resource.h>

namespace factorize::app {

/// The largest resident set so far, in bytes.
[[nodiscard]] inline std::uint64_t peak_memory_bytes() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;  // Linux counts KiB
}

}  // namespace factorize::app
