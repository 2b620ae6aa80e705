// How much still fits.
#pragma once

#include <cstdint>
#include <filesystem>

namespace factorize::results {

/// Bytes an ordinary user can still write into the directory of `output`, which need not exist itself.
/// StorageError where the directory cannot be examined.
[[nodiscard]] std::uint64_t free_space(const std::filesystem::path& output);

}  // namespace factorize::results
