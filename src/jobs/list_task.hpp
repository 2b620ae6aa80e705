// The payloads that rank 0 sends with a list's tasks: numbers to factor, then factorizations to lay out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "jobs/layout.hpp"
#include "jobs/store.hpp"
#include "jobs/task.hpp"
#include "jobs/task_result.hpp"

namespace factorize::jobs {

/// The first phase of a list: factors and certifies the numbers of some blocks.
///
/// @param numbers      one a row, of all blocks, ascending by row
/// @param failed_rows  rows to leave without a factorization, ascending
/// @param progress     called after every few numbers
/// @return one journal frame (factorization_codec.hpp) a block
/// Factorizations that do not certify: RowsFailed (wrong_result.hpp) naming all their rows.
[[nodiscard]] TaskResult factor_blocks(TaskId task, BlockSpan blocks, std::span<const std::uint64_t> numbers,
                                       std::span<const std::uint64_t> failed_rows, const Layout& layout,
                                       Store store, const std::function<void()>& progress);

/// The payload of the second phase: position in `factors` of the first divisor, a frame for each block, then
/// one frame for the rows that follow. put_frame() appends; take_...() read and move behind what they read,
/// StorageError where the bytes end too soon.
void put_frame(std::span<const std::byte> frame, std::vector<std::byte>& payload);
[[nodiscard]] std::uint64_t take_first_factor(std::span<const std::byte>& payload);
[[nodiscard]] std::span<const std::byte> take_frame(std::span<const std::byte>& payload);

}  // namespace factorize::jobs
