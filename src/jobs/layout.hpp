// Where every row, block and chunk of a job stands: a function of the job alone, never of the ranks.
#pragma once

#include <cstdint>

namespace factorize::jobs {

/// A run of consecutive chunks of `factors`.
struct ChunkSpan {
    std::uint64_t first = 0;
    std::uint64_t count = 0;

    [[nodiscard]] std::uint64_t end() const { return first + count; }
    friend bool operator==(const ChunkSpan&, const ChunkSpan&) = default;
};

/// Rows are cut into blocks (the unit of commit and resume); `numbers`, `counts` and `offsets` have one chunk
/// a block, `factors` has chunks of its own, each owned by the block that holds its first element.
struct Layout {
    std::uint64_t rows = 0;          ///< numbers in the job
    std::uint64_t factors = 0;       ///< stored divisors of all of them
    std::uint64_t block_rows = 0;    ///< rows a block; the last block may have fewer
    std::uint64_t factor_chunk = 0;  ///< elements a chunk of `factors`; 0 when there are no factors

    [[nodiscard]] std::uint64_t blocks() const { return rows == 0 ? 0 : (rows - 1) / block_rows + 1; }
    [[nodiscard]] std::uint64_t first_row(std::uint64_t block) const { return block * block_rows; }
    [[nodiscard]] std::uint64_t rows_in(std::uint64_t block) const {
        const std::uint64_t first = first_row(block);
        return rows - first < block_rows ? rows - first : block_rows;
    }
    [[nodiscard]] std::uint64_t factor_chunks() const {
        return factors == 0 ? 0 : (factors - 1) / factor_chunk + 1;
    }
    /// The first chunk of `factors` whose first element is at or behind `factor`.
    [[nodiscard]] std::uint64_t first_chunk_from(std::uint64_t factor) const {
        return factor == 0 || factors == 0 ? 0 : (factor - 1) / factor_chunk + 1;
    }
    /// The chunks of `factors` owned by rows whose `count` divisors begin at position `first`: those whose
    /// first element is among them.
    [[nodiscard]] ChunkSpan owned_chunks(std::uint64_t first, std::uint64_t count) const {
        const std::uint64_t chunk = first_chunk_from(first);
        return {.first = chunk, .count = first_chunk_from(first + count) - chunk};
    }
    /// Where chunk `chunk` of `factors` ends in the dataset: the last one is shorter than the others.
    [[nodiscard]] std::uint64_t chunk_end(std::uint64_t chunk) const {
        const std::uint64_t first = chunk * factor_chunk;
        return factors - first < factor_chunk ? factors : first + factor_chunk;
    }

    friend bool operator==(const Layout&, const Layout&) = default;
};

/// Rows a block of a large job has. A range's rows have 44 divisors on average at most; a list's may all have
/// 103,680, and a worker holds a block encoded.
inline constexpr std::uint64_t range_block_rows = 16 * 1024;
inline constexpr std::uint64_t list_block_rows = 1024;

/// Elements a chunk of `factors` has in a large job: 128 KiB raw, so that h5py reads a row with one small
/// inflate.
inline constexpr std::uint64_t usual_factor_chunk = 16 * 1024;

/// The layout of a job: `usual_block_rows` a block; more where there would be over a million blocks, fewer
/// where a small job has to feed many workers. Chunks alike, of which there are four million at most. @pre
/// rows >= 1
[[nodiscard]] Layout make_layout(std::uint64_t rows, std::uint64_t factors,
                                 std::uint64_t usual_block_rows = range_block_rows);

}  // namespace factorize::jobs
