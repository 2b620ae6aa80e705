#include "jobs/layout.hpp"

#include <algorithm>
#include <bit>
#include <cassert>

namespace factorize::jobs {
namespace {

constexpr std::uint64_t max_blocks = 1'000'000;         // rank 0 keeps a few bytes of each
constexpr std::uint64_t max_factor_chunks = 4'000'000;  // the chunk index is written before the first result
constexpr std::uint64_t blocks_of_a_small_job = 256;  // so that dozens of workers find work in 1,001 numbers
constexpr std::uint64_t least_block_rows = 8;

std::uint64_t at_most(std::uint64_t total, std::uint64_t pieces, std::uint64_t unit) {
    const std::uint64_t least = (total - 1) / pieces + 1;
    return least <= unit ? unit : ((least - 1) / unit + 1) * unit;
}

std::uint64_t block_rows_for(std::uint64_t rows, std::uint64_t usual) {
    const std::uint64_t small =
        std::bit_floor(std::max<std::uint64_t>(rows / blocks_of_a_small_job, least_block_rows));
    return small < usual ? std::min(small, rows) : at_most(rows, max_blocks, usual);
}

}  // namespace

Layout make_layout(std::uint64_t rows, std::uint64_t factors, std::uint64_t usual_block_rows) {
    assert(rows >= 1);
    Layout layout{.rows = rows,
                  .factors = factors,
                  .block_rows = block_rows_for(rows, usual_block_rows),
                  .factor_chunk = 0};
    if (factors == 0) return layout;
    // In a small job a chunk is about what one block lists, or a block's owner would compute its neighbours
    // too.
    const std::uint64_t a_block = std::bit_ceil(std::max<std::uint64_t>(factors / layout.blocks(), 1));
    layout.factor_chunk = a_block < usual_factor_chunk
                              ? std::min(a_block, factors)
                              : at_most(factors, max_factor_chunks, usual_factor_chunk);
    layout.factor_chunk = std::min(layout.factor_chunk, factors);
    return layout;
}

}  // namespace factorize::jobs
