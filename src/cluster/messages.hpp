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
    std::uint32_t attempt = 1;  ///< 1 for the first try of these blocks
    /// Rows to leave empty, ascending: they failed too often. None lies before `blocks`; those behind it
    /// matter where the last chunk of `factors` reaches into the blocks that follow.
    std::vector<std::uint64_t> failed_rows;
    /// The blocks fail and nobody said which row does it: solve and certify row by row, and name all that
    /// fail.
    bool row_by_row = false;
    std::uint64_t payload_bytes = 0;
};

/// worker -> orchestrator. `result.payload` travels behind it as a message of its own.
struct DispatchResults {
    jobs::TaskResult result;
    std::uint32_t attempt = 1;  ///< as the task said
    std::uint64_t payload_bytes = 0;
};

/// worker -> orchestrator: the task is given up by this worker.
struct TaskFailed {
    jobs::TaskId task{};
    std::uint64_t number = 0;  ///< the number at fault, 0 where unknown; for the reader
    std::vector<std::uint64_t>
        rows;  ///< the rows at fault, empty where unknown; these are what is acted upon
    std::string text;
};

/// worker -> orchestrator, while the compute threads make progress.
struct WorkerPulse {
    std::uint64_t progress = 0;
};

/// orchestrator -> worker: begin nothing new, unregister.
struct Stop {
    /// True: tasks already running are finished and dispatched first. False: nothing this worker holds is
    /// wanted any more (another was faster), so it unregisters without waiting for its compute threads.
    bool finish_running = true;
};

/// worker -> orchestrator, once, last.
struct UnregisterWorker {
    std::uint64_t peak_memory_bytes = 0;
    double busy_seconds = 0;  ///< summed over its compute threads
};

}  // namespace factorize::cluster
