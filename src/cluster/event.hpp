// What happened in the cluster, for the log and for whoever counts.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "jobs/task.hpp"

namespace factorize::cluster {

/// One line of the log. Members beyond `kind` hold what the kind carries and are left alone otherwise.
struct Event {
    enum class Kind : std::uint8_t {
        register_worker,    ///< rank, host, pid, capacity
        factors_of,         ///< rank, task, blocks, attempt
        dispatch_results,   ///< rank, task, blocks, attempt, seconds, bytes; text where the result was not
                            ///< wanted
        worker_lost,        ///< rank, host (empty where it never registered), text: why
        reassign,           ///< rank and task: from whom; blocks, text: why
        task_failed,        ///< rank, host, task, blocks, attempt, text: what the worker said
        worker_distrusted,  ///< rank, host, text: it fails what others solve, and gets nothing while there
                            ///< are others
        block_abandoned,    ///< blocks (one), text: the last failure. This run cannot complete
        unregister_worker,  ///< rank, seconds: busy ones; bytes: peak memory
        stop,               ///< rank: told to stop
    };

    Kind kind{};
    int rank = -1;
    jobs::TaskId task{};
    jobs::BlockSpan blocks;
    std::uint32_t attempt = 0;
    std::uint32_t capacity = 0;
    double seconds = 0;
    std::uint64_t bytes = 0;
    std::int64_t pid = 0;
    std::string host;
    std::string text;

    Event() = default;
    Event(Kind kind_of, int of_rank) : kind(kind_of), rank(of_rank) {}
};

/// The name the log uses, for example "worker_lost".
[[nodiscard]] std::string_view name(Event::Kind kind);

}  // namespace factorize::cluster
