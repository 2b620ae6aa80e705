// What a worker does with the rows of its task: whole encoded chunks, ready to be stored as they are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "jobs/layout.hpp"
#include "jobs/store.hpp"
#include "jobs/task.hpp"
#include "jobs/task_result.hpp"

namespace factorize::results {

/// Encodes one task after the other. Memory: the payload, one chunk of `factors`, one block's rows.
///
/// A chunk of `factors` belongs to the block that holds its first element. So the elements of a task before
/// its first own chunk are dropped (another worker computes them again), and behind its last row the task has
/// to go on until its last own chunk is full: fill(). The decoded chunks are the same however tasks are cut.
/// Calls in a wrong order or with wrong totals: std::logic_error.
class TaskEncoder {
public:
    TaskEncoder(const jobs::Layout& layout, jobs::Store store);
    ~TaskEncoder();
    TaskEncoder(TaskEncoder&&) noexcept;
    TaskEncoder& operator=(TaskEncoder&&) noexcept;

    /// Gives the memory of a payload, whatever it holds, for that of the next task.
    void reuse(std::vector<std::byte> payload);

    /// Starts a task (and its clock); what was left of an unfinished one is forgotten.
    /// @param blocks        at least one, inside the layout
    /// @param first_factor  position in `factors` of the first divisor of the task's first row
    void begin(jobs::TaskId task, jobs::BlockSpan blocks, std::uint64_t first_factor);

    /// The next rows of the task: any number of them, a block or a part of it or several blocks.
    /// @param counts    divisors of each number
    /// @param divisors  of all of them, one row behind the other, ascending within a row; 64-bit for
    ///                  Store::full, 32-bit for Store::half
    void add_rows(std::span<const std::uint64_t> numbers, std::span<const std::uint32_t> counts,
                  std::span<const std::uint64_t> divisors);
    void add_rows(std::span<const std::uint64_t> numbers, std::span<const std::uint32_t> counts,
                  std::span<const std::uint32_t> divisors);

    /// A row whose number failed: count 0, `reserved` zeros in `factors`.
    void add_failed_row(std::uint64_t number, std::uint64_t reserved);

    /// Elements of `factors` that are still missing in the last chunk this task owns. Asked behind the last
    /// row of the task; 0 as soon as finish() may be called.
    [[nodiscard]] std::uint64_t missing() const;

    /// Divisors of the rows behind the task, from the first on, in as many calls as it takes; what exceeds
    /// missing() is ignored.
    void fill(std::span<const std::uint64_t> divisors);
    void fill(std::span<const std::uint32_t> divisors);
    /// The zeros of a failed row behind the task.
    void fill_zeros(std::uint64_t reserved);

    /// @pre all rows of the task were added and missing() == 0
    [[nodiscard]] jobs::TaskResult finish();

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace factorize::results
