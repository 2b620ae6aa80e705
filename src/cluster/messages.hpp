// What orchestrator and workers say to each other. README.md beside src/ shows the sequence.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "jobs/task.hpp"
#include "jobs/task_result.hpp"

namespace factorize::cluster {

/// worker -> orchestrator, once, first.
struct RegisterWorker {
    std::string host;
    std::int64_t pid = 0;
    std::uint32_t capacity = 1;  ///< compute threads
};

/// orchestrator -> worker. The numbers themselves, where a list's worker needs them, follow as a payload.
struct FactorsOf {
    jobs::TaskId task{};
    jobs::BlockSpan blocks;
    std::uint32_t attempt = 1;               ///< 1 for the first try of these blocks
    std::vector<std::uint64_t> failed_rows;  ///< rows inside `blocks` to leave empty: they failed too often
    std::uint64_t payload_bytes = 0;
};

/// worker -> orchestrator. `result.payload` travels behind it as a message of its own.
struct DispatchResults {
    jobs::TaskResult result;
    std::uint64_t payload_bytes = 0;
};

/// worker -> orchestrator: the task is given up by this worker.
struct TaskFailed {
    jobs::TaskId task{};
    std::uint64_t number = 0;  ///< the number at fault, 0 where unknown
    std::string text;
};

/// worker -> orchestrator, while the compute threads make progress.
struct WorkerPulse {
    std::uint64_t progress = 0;
};

/// orchestrator -> worker: finish nothing new, unregister.
struct Stop {};

/// worker -> orchestrator, once, last.
struct UnregisterWorker {
    std::uint64_t peak_memory_bytes = 0;
    double busy_seconds = 0;  ///< summed over its compute threads
};

}  // namespace factorize::cluster
