// HDF5's shuffle filter, forward: the bytes of equal weight side by side, so that deflate finds runs.
#pragma once

#include <cstddef>
#include <span>

namespace factorize::results {

/// Transposes elements of `width` bytes: out[k * n + i] = in[i * width + k], n = in.size() / width.
///
/// @pre width is 4 or 8; in.size() is a multiple of it; out.size() == in.size(); they do not overlap.
void shuffle_bytes(std::span<const std::byte> in, std::size_t width, std::span<std::byte> out);

/// The same, byte by byte: what the fast one is measured and tested against.
void shuffle_bytes_naive(std::span<const std::byte> in, std::size_t width, std::span<std::byte> out);

}  // namespace factorize::results
