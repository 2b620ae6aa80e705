// HDF5's shuffle filter, forward: the bytes of equal weight side by side, so that deflate finds runs.
#pragma once

#include <cstddef>
#include <span>

namespace factorize::results {

/// Transposes elements of `width` bytes into planes: out[k * stride + i] = in[i * width + k].
///
/// @param out     where the first plane begins; written are only the width planes of in.size() / width bytes
/// @param stride  from one plane to the next, in bytes. Multiples of 4,096 would crowd all planes into few
///                sets of the cache.
/// @pre width is 4 or 8; in.size() is a multiple of it; stride >= in.size() / width; they do not overlap.
void shuffle_bytes(std::span<const std::byte> in, std::size_t width, std::byte* out, std::size_t stride);

/// The same, byte by byte: what the fast one is measured and tested against.
void shuffle_bytes_naive(std::span<const std::byte> in, std::size_t width, std::byte* out,
                         std::size_t stride);

}  // namespace factorize::results
