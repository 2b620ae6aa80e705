// The orchestrator's port: all it ever wants done in the world.
#pragma once

#include <cstdint>
#include <string>

#include "cluster/event.hpp"
#include "cluster/messages.hpp"

namespace factorize::cluster {

/// None of these may call back into the orchestrator; they are queued or done at once. A rank only ever gets
/// orders between its registration and its end.
class Orders {
public:
    virtual ~Orders() = default;

    /// Send `task` to `rank`. The implementer adds the numbers where a list's worker needs them.
    virtual void hand_out(int rank, const FactorsOf& task) = 0;

    virtual void stop(int rank, const Stop& message) = 0;

    /// `rank` is lost: drop what is still on its way to it, and receives half done from it.
    virtual void abandon(int rank) = 0;

    /// Row `row` stays empty, after `attempts` failures. Ordered once a row, just before `on_results` accepts
    /// the block that holds it, so that a failure is never on record without its block.
    virtual void record_failure(std::uint64_t row, std::uint32_t attempts, const std::string& message) = 0;

    virtual void log(const Event& event) = 0;

protected:
    Orders() = default;
    Orders(const Orders&) = default;
    Orders& operator=(const Orders&) = default;
};

}  // namespace factorize::cluster
