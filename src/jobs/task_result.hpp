// What a worker hands back for a task: encoded chunks, ready to be stored as they are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "jobs/task.hpp"

namespace factorize::jobs {

/// Where a piece of a payload belongs.
enum class Target : std::uint8_t {
    numbers,
    counts,
    offsets,
    factors,         ///< the four chunked datasets of the result file
    factorizations,  ///< a frame of a list's journal
};

/// One piece of the payload: a whole encoded chunk of a dataset, or a journal frame. Pieces follow each other
/// in the payload without gaps, in the order they were ready: of neighbouring blocks they may be mixed.
struct Piece {
    Target target = Target::numbers;
    std::uint32_t owner = 0;  ///< position in TaskResult::blocks of the block it belongs to
    std::uint64_t index = 0;  ///< chunk number in its dataset, or the block of a journal frame
    std::uint64_t bytes = 0;
};

/// One block of the task.
struct BlockResult {
    std::uint64_t block = 0;
    std::uint64_t rows = 0;
    std::uint64_t first_factor = 0;  ///< position in `factors` of its first divisor
    std::uint64_t factors = 0;       ///< divisors of its rows, the gaps of failed rows included
    std::uint64_t xxh64 = 0;  ///< of its pieces' bytes: numbers, counts, offsets, then `factors` ascending
    double seconds = 0;       ///< compute and encode time
};

struct TaskResult {
    TaskId task{};
    std::vector<BlockResult> blocks;  ///< ascending, consecutive
    std::vector<Piece> pieces;
    std::vector<std::byte> payload;
    double seconds = 0;  ///< from receipt by a compute thread to the last encoded byte
};

}  // namespace factorize::jobs
