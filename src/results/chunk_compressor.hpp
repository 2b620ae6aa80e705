// Raw elements -> the bytes HDF5 stores for a chunk with the filters shuffle and deflate. No HDF5 in here:
// workers run it.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace factorize::results {

/// One a thread: it keeps ISA-L's state and a buffer of one chunk.
class ChunkCompressor {
public:
    ChunkCompressor();
    ~ChunkCompressor();
    ChunkCompressor(ChunkCompressor&&) noexcept;
    ChunkCompressor& operator=(ChunkCompressor&&) noexcept;

    /// Appends to `out` a whole chunk: `elements`, then zeros up to `chunk_bytes`, shuffled, in zlib format.
    ///
    /// @pre elements.size() <= chunk_bytes < 2^32, both multiples of width (4 or 8)
    /// @return the number of bytes appended
    std::size_t append_chunk(std::span<const std::byte> elements, std::size_t chunk_bytes, std::size_t width,
                             std::vector<std::byte>& out);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace factorize::results
