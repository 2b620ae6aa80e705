// A rank's connection to its PMIx server, which slurmstepd must not see close before the job ends.
#pragma once

namespace factorize::transport {

/// The descriptor of this process's connection to the PMIx server that its environment names; -1 when there
/// is none, as before MPI is initialised.
[[nodiscard]] int pmix_connection();

/// Sends one byte over a local socket, and with it, unless it is -1, a copy of a descriptor. Never blocks.
void send_descriptor(int socket, int descriptor);

/// Takes what send_descriptor(), or a plain send of one byte, sent. A descriptor that came with it stays open
/// as long as this process lives. @return false when nothing is there, or the other side has ended
[[nodiscard]] bool receive_and_hold(int socket);

}  // namespace factorize::transport
