// How a main thread waits: it sleeps, longer while nothing happens, because Open MPI's own waiting burns a
// core.
#pragma once

#include <algorithm>
#include <chrono>
#include <thread>

namespace factorize::app {

/// From 20 us, so that a busy rank answers at once, to 1 ms, which costs an idle one under 1 % of a core.
/// With two workers on two cores a blocking receive at rank 0 took 38 % of their throughput; these naps take
/// 5 %.
class Nap {
public:
    void reset() { length_ = shortest; }

    void sleep() {
        std::this_thread::sleep_for(length_);
        length_ = std::min(length_ * 3 / 2, longest);
    }

private:
    static constexpr std::chrono::microseconds shortest{20};
    static constexpr std::chrono::microseconds longest{1000};
    std::chrono::microseconds length_ = shortest;
};

}  // namespace factorize::app
