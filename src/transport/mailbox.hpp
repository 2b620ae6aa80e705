// Sends and receives messages without ever blocking, whatever becomes of the other side.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <list>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include <boost/mpi/communicator.hpp>
#include <mpi.h>

#include "transport/codec.hpp"
#include "transport/environment.hpp"
#include "transport/message.hpp"

namespace factorize::transport {

/// One side's post. A message is packed under the tag `control`; its payload, if any, follows under the tag
/// `payload`, so that the receiver takes large payloads only as its budget allows (a large send completes
/// only when its receive is posted: that is the back-pressure). No call blocks; call poll() again and again.
///
/// A process that is both sides (one rank) makes two, receiving on different communicators.
class Mailbox {
public:
    static constexpr int control_tag = 1;
    static constexpr int payload_tag = 2;

    /// @param receive  communicator of the messages to this side
    /// @param send     communicator of the messages from it; the same unless one process is both sides
    /// @param budget_bytes  of payloads being received at any time; one larger payload is taken alone
    Mailbox(boost::mpi::communicator receive, boost::mpi::communicator send, std::uint64_t budget_bytes);
    Mailbox(const Mailbox&) = delete;
    Mailbox& operator=(const Mailbox&) = delete;
    Mailbox(Mailbox&&) noexcept = default;
    Mailbox& operator=(Mailbox&&) noexcept = default;

    /// Queues a message to `rank`; one to a rank that MPI knows to be dead is dropped. @pre payload.size() is
    /// what the message says, below 2^31
    void send(int rank, const Message& message, std::vector<std::byte> payload = {});

    /// The next message, complete with its payload; none if nothing is complete yet. The messages of one rank
    /// come in the order they were sent, but for pulses, which overtake what waits for its payload.
    [[nodiscard]] std::optional<Envelope> poll();

    /// Forgets all that is on its way to or from `rank`, which is dead: its requests may never complete.
    /// Their buffers stay allocated, because MPI may still write to them. Should it live after all, poll()
    /// gives nothing of it any more.
    void abandon(int rank);

    /// True when every queued message has left.
    [[nodiscard]] bool all_sent();

    /// Takes a payload that nobody needs any more, for what is received next: fresh memory has to be cleared,
    /// by the system and by the vector.
    void reuse(std::vector<std::byte> payload);

    /// The largest payload that has left, or was given back, with room for that many bytes; its content is of
    /// no meaning. Empty if there is none.
    [[nodiscard]] std::vector<std::byte> spare(std::size_t least = 0,
                                               std::size_t most = std::numeric_limits<std::size_t>::max());

private:
    struct Outgoing {
        int rank = 0;
        Packed control;
        std::vector<std::byte> payload;
        std::vector<MPI_Request> requests;
    };
    struct Incoming {
        enum class State { control_travels, payload_waits, payload_travels, complete };
        State state = State::control_travels;
        Packed control;
        MPI_Request control_request = MPI_REQUEST_NULL;
        MPI_Request payload_request = MPI_REQUEST_NULL;
        Envelope envelope;
    };

    void match_controls();
    void drop_abandoned_controls();
    void advance(std::list<Incoming>& queue);
    void unpack_control(Incoming& in);
    [[nodiscard]] bool post_payload(Incoming& in);

    boost::mpi::communicator receive_;
    boost::mpi::communicator send_;
    std::uint64_t budget_bytes_;
    std::uint64_t bytes_in_flight_ = 0;
    std::list<Outgoing> outgoing_;
    std::map<int, std::list<Incoming>> incoming_;  // by sender, in the order sent
    std::deque<Envelope> pulses_;
    std::set<int> abandoned_;
    std::list<Outgoing> abandoned_outgoing_;
    std::list<Incoming> abandoned_incoming_;
    std::vector<std::vector<std::byte>> spares_;
};

/// Bytes of results that rank 0 receives at any time.
inline constexpr std::uint64_t orchestrator_budget_bytes = std::uint64_t{128} << 20;

/// Rank 0's side. Payloads being received hold up to 128 MiB: several tasks of every worker of a node, and
/// one buffer far below what a rank may use.
[[nodiscard]] Mailbox orchestrator_mailbox(const Environment& environment);
/// A worker's side; rank 0's own when it is alone.
[[nodiscard]] Mailbox worker_mailbox(const Environment& environment);

}  // namespace factorize::transport
