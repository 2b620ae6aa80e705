// What all ranks do together: they meet, and tell rank 0, or hear from it.
#pragma once

#include <vector>

#include <boost/mpi/collectives.hpp>
#include <boost/mpi/communicator.hpp>
#include <boost/serialization/string.hpp>
#include <boost/serialization/vector.hpp>

#include "transport/environment.hpp"

namespace factorize::transport {

/// Collective over all ranks: returns when all are here. Asleep until then, because Open MPI's own waiting
/// burns a core that others still work on. A rank that never comes is waited for for ever: its launcher ends
/// the job.
void meet(const Environment& environment);

/// Collective: what each rank says, by rank, at rank 0; nothing elsewhere. @tparam Value  serializable
template <class Value>
[[nodiscard]] std::vector<Value> gather(const Environment& environment, const Value& value) {
    meet(environment);
    std::vector<Value> all;
    boost::mpi::gather(environment.world(), value, all, 0);
    return all;
}

/// Collective: what rank 0 says, at every rank.
template <class Value>
[[nodiscard]] Value broadcast(const Environment& environment, Value value) {
    meet(environment);
    boost::mpi::broadcast(environment.world(), value, 0);
    return value;
}

}  // namespace factorize::transport
