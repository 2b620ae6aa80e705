#include "results/result_check.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "jobs/xxh64.hpp"

namespace factorize::results {
namespace {

constexpr jobs::Target row_targets[] = {jobs::Target::numbers, jobs::Target::counts, jobs::Target::offsets};

[[noreturn]] void refuse(const jobs::TaskResult& result, const std::string& what) {
    throw DamagedResult(
        fmt::format("the result of task {} is damaged: {}", static_cast<std::uint64_t>(result.task), what));
}

/// Splits ordered pieces into those of each block. @pre every owner exists
template <class Visit>
void for_each_block(const jobs::TaskResult& result, std::span<const PieceView> pieces, const Visit& visit) {
    std::size_t begin = 0;
    for (std::size_t owner = 0; owner < result.blocks.size(); ++owner) {
        std::size_t end = begin;
        while (end < pieces.size() && pieces[end].piece.owner == owner) ++end;
        visit(result.blocks[owner], pieces.subspan(begin, end - begin));
        begin = end;
    }
}

void check_hashes(const jobs::TaskResult& result, std::span<const PieceView> pieces) {
    const std::vector<std::uint64_t> hashes = hash_blocks(pieces, result.blocks.size());
    for (std::size_t i = 0; i < hashes.size(); ++i) {
        const jobs::BlockResult& block = result.blocks[i];
        if (hashes[i] != block.xxh64) {
            refuse(result, fmt::format("the bytes of block {} have xxh64 {:016x}, its worker sent {:016x}",
                                       block.block, hashes[i], block.xxh64));
        }
    }
}

void check_blocks(const jobs::TaskResult& result, std::uint64_t blocks) {
    if (result.blocks.empty()) refuse(result, "it has no block");
    for (std::size_t i = 0; i < result.blocks.size(); ++i) {
        const std::uint64_t block = result.blocks[i].block;
        if (block >= blocks) refuse(result, fmt::format("block {} of {}", block, blocks));
        if (block != result.blocks[0].block + i) refuse(result, "its blocks do not follow each other");
    }
}

}  // namespace

std::vector<PieceView> ordered_pieces(const jobs::TaskResult& result) {
    std::vector<PieceView> ordered;
    ordered.reserve(result.pieces.size());
    std::span<const std::byte> rest(result.payload);
    for (const jobs::Piece& piece : result.pieces) {
        if (piece.owner >= result.blocks.size()) refuse(result, "a piece of no block");
        if (piece.bytes > rest.size()) refuse(result, "its payload is too short");
        ordered.push_back({piece, rest.first(piece.bytes)});
        rest = rest.subspan(piece.bytes);
    }
    if (!rest.empty()) refuse(result, "its payload is too long");
    const auto rank = [](const PieceView& view) {
        return std::tuple(view.piece.owner, view.piece.target, view.piece.index);
    };
    std::sort(ordered.begin(), ordered.end(),
              [&rank](const PieceView& a, const PieceView& b) { return rank(a) < rank(b); });
    return ordered;
}

std::vector<std::uint64_t> hash_blocks(std::span<const PieceView> pieces, std::size_t blocks) {
    std::vector<std::uint64_t> hashes;
    hashes.reserve(blocks);
    auto piece = pieces.begin();
    for (std::size_t owner = 0; owner < blocks; ++owner) {
        jobs::Xxh64 hash;
        for (; piece != pieces.end() && piece->piece.owner == owner; ++piece) hash.add(piece->bytes);
        hashes.push_back(hash.digest());
    }
    return hashes;
}

CheckedResult check_chunks(const jobs::TaskResult& result, const jobs::Layout& layout) {
    check_blocks(result, layout.blocks());
    std::vector<PieceView> pieces = ordered_pieces(result);
    for_each_block(result, pieces, [&](const jobs::BlockResult& block, std::span<const PieceView> own) {
        if (block.rows != layout.rows_in(block.block)) {
            refuse(result, fmt::format("block {} has {} rows, not {}", block.block, block.rows,
                                       layout.rows_in(block.block)));
        }
        if (block.first_factor > layout.factors || block.factors > layout.factors - block.first_factor) {
            refuse(result, fmt::format("the factors of block {} lie outside of the dataset", block.block));
        }
        const jobs::ChunkSpan chunks = layout.owned_chunks(block.first_factor, block.factors);
        bool exact = own.size() == std::size(row_targets) + chunks.count;
        for (std::size_t i = 0; exact && i < own.size(); ++i) {
            const jobs::Piece& piece = own[i].piece;
            exact = i < std::size(row_targets)
                        ? piece.target == row_targets[i] && piece.index == block.block
                        : piece.target == jobs::Target::factors &&
                              piece.index == chunks.first + (i - std::size(row_targets));
        }
        if (!exact) refuse(result, fmt::format("block {} does not have the chunks it owns", block.block));
    });
    check_hashes(result, pieces);
    return {result, std::move(pieces)};
}

CheckedResult check_frames(const jobs::TaskResult& result, std::uint64_t blocks) {
    check_blocks(result, blocks);
    std::vector<PieceView> pieces = ordered_pieces(result);
    for_each_block(result, pieces, [&](const jobs::BlockResult& block, std::span<const PieceView> own) {
        const bool exact = own.size() == 1 && own[0].piece.target == jobs::Target::factorizations &&
                           own[0].piece.index == block.block;
        if (!exact) refuse(result, fmt::format("block {} is not one journal frame", block.block));
    });
    check_hashes(result, pieces);
    return {result, std::move(pieces)};
}

}  // namespace factorize::results
