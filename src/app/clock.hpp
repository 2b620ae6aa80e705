// The time that state machines are told, and what a thread took of a core.
#pragma once

#include <chrono>
#include <ctime>

namespace factorize::app {

/// Seconds that only ever grow.
[[nodiscard]] inline double steady_seconds() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// CPU time of the calling thread, of user and system. Costs a system call.
[[nodiscard]] inline double thread_cpu_seconds() {
    timespec used{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    return static_cast<double>(used.tv_sec) + 1e-9 * static_cast<double>(used.tv_nsec);
}

}  // namespace factorize::app
