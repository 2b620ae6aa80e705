// One chunk of a dataset as HDF5 stores it: its filters shuffle and deflate. No HDF5 in here: workers run it.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace factorize::results {

/// Made for divisors, whose planes of equal bytes are either noise, which is stored as it is, or short
/// ascents between runs of zeros, for which one Huffman code and runs are nearly all that can be had. Each
/// plane is a deflate block.
///
/// One a thread: it keeps a chunk's planes and its tables. The same bytes for the same chunk, whatever came
/// before.
class ChunkCompressor {
public:
    ChunkCompressor();
    ~ChunkCompressor();
    ChunkCompressor(ChunkCompressor&&) noexcept;
    ChunkCompressor& operator=(ChunkCompressor&&) noexcept;

    /// Appends to `out` a whole chunk: `elements`, then zeros up to `chunk_bytes`, shuffled, in zlib format.
    ///
    /// @pre elements.size() <= chunk_bytes < 2^31, chunk_bytes > 0, both multiples of width (4 or 8)
    /// @return the number of bytes appended
    std::size_t append_chunk(std::span<const std::byte> elements, std::size_t chunk_bytes, std::size_t width,
                             std::vector<std::byte>& out);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace factorize::results
