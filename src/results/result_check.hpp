// Is a task result what its worker encoded? Asked before anything of it is stored.
#pragma once

#include "jobs/error.hpp"
#include "jobs/layout.hpp"
#include "jobs/task_result.hpp"

#include <string>

namespace factorize::results {

/// A task result that is not what its worker encoded, or is not a task's result at all. Nothing of it was
/// stored: let the task be done again.
class DamagedResult : public jobs::Error {
public:
    explicit DamagedResult(const std::string& message) : Error(jobs::ExitStatus::cluster, message) {}
};

/// Throws DamagedResult unless the blocks lie in the layout, each has exactly the chunks it owns, the pieces
/// fill the payload, and the bytes of each block give its xxh64. Cost: one hash of the payload.
void check_chunks(const jobs::TaskResult& result, const jobs::Layout& layout);

/// The same for journal frames: one piece Target::factorizations a block, blocks below `blocks`.
void check_frames(const jobs::TaskResult& result, std::uint64_t blocks);

}  // namespace factorize::results
