// Any message between orchestrator and worker, with the bytes that travel behind it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <variant>
#include <vector>

#include "cluster/job.hpp"
#include "cluster/messages.hpp"

namespace factorize::transport {

using Message =
    std::variant<cluster::RegisterWorker, cluster::Job, cluster::FactorsOf, cluster::DispatchResults,
                 cluster::TaskFailed, cluster::WorkerPulse, cluster::Stop, cluster::UnregisterWorker>;

/// The bytes that follow the message as an MPI message of their own; 0 for most.
[[nodiscard]] std::uint64_t payload_bytes(const Message& message);

/// A message as it arrived.
struct Envelope {
    int rank = 0;  ///< who sent it
    Message message;
    std::vector<std::byte> payload;
};

}  // namespace factorize::transport
