// Messages as MPI-packed bytes, by Boost.Serialization.
#pragma once

#include <boost/mpi/communicator.hpp>
#include <boost/mpi/packed_iarchive.hpp>
#include <boost/mpi/packed_oarchive.hpp>

#include "transport/message.hpp"

namespace factorize::transport {

using Packed = boost::mpi::packed_oarchive::buffer_type;

/// @return the message packed for `communicator`, without its payload
[[nodiscard]] Packed pack(const boost::mpi::communicator& communicator, const Message& message);

/// The message that pack() made. @param bytes  taken over; emptied
[[nodiscard]] Message unpack(const boost::mpi::communicator& communicator, Packed& bytes);

}  // namespace factorize::transport
