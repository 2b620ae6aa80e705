// The time that state machines are told: seconds that only ever grow.
#pragma once

#include <chrono>

namespace factorize::app {

[[nodiscard]] inline double steady_seconds() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace factorize::app
