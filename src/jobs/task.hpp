// A task: a run of consecutive blocks handed to one worker.
#pragma once

#include <cstdint>

namespace factorize::jobs {

/// Numbers the tasks of one run in the order they were handed out; a repeated task gets a new one.
enum class TaskId : std::uint64_t {};

struct BlockSpan {
    std::uint64_t first = 0;
    std::uint64_t count = 0;

    [[nodiscard]] std::uint64_t end() const { return first + count; }
    friend bool operator==(const BlockSpan&, const BlockSpan&) = default;
};

}  // namespace factorize::jobs
