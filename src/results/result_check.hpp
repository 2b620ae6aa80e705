// Is a task result what its worker encoded? Asked before anything of it is stored.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "jobs/error.hpp"
#include "jobs/layout.hpp"
#include "jobs/task_result.hpp"

namespace factorize::results {

/// A task result that is not what its worker encoded, or is not a task's result at all. Nothing of it was
/// stored: let the task be done again.
class DamagedResult : public jobs::Error {
public:
    explicit DamagedResult(const std::string& message) : Error(jobs::ExitStatus::cluster, message) {}
};

/// A piece together with its bytes.
struct PieceView {
    jobs::Piece piece;
    std::span<const std::byte> bytes;
};

/// The pieces of a result ordered by owner, target and index: the order in which each block's xxh64 is taken.
/// DamagedResult when they do not fill the payload exactly.
[[nodiscard]] std::vector<PieceView> ordered_pieces(const jobs::TaskResult& result);

/// The xxh64 of each block. @param pieces  as ordered_pieces() gives them, every owner below `blocks`
[[nodiscard]] std::vector<std::uint64_t> hash_blocks(std::span<const PieceView> pieces, std::size_t blocks);

/// A result proved whole, with its ordered_pieces(). It only looks at the result, which outlives it.
struct CheckedResult {
    const jobs::TaskResult& result;
    std::vector<PieceView> pieces;
};

/// Proves that the blocks of a result lie in the layout and follow each other, that each has exactly the
/// chunks it owns, and that the bytes of each give its xxh64. Else DamagedResult.
/// Cost: one hash of the payload.
[[nodiscard]] CheckedResult check_chunks(const jobs::TaskResult& result, const jobs::Layout& layout);

/// The same for journal frames: one piece Target::factorizations a block, blocks below `blocks`.
[[nodiscard]] CheckedResult check_frames(const jobs::TaskResult& result, std::uint64_t blocks);

}  // namespace factorize::results
