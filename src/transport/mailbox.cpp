#include "transport/mailbox.hpp"

#include <algorithm>
#include <cassert>
#include <functional>
#include <limits>
#include <utility>

#include "jobs/huge_pages.hpp"

namespace factorize::transport {

namespace {

// Rank 0 is mostly busy with one payload, and a worker fills one while another is on its way.
constexpr std::size_t most_spares = 2;

// Raw MPI, because Boost.MPI makes an error of it, or in builds with assertions the end, when MPI refuses to
// send to a dead peer: that is nothing to act upon here, since its silence tells.
void start_send(const boost::mpi::communicator& to, int rank, int tag, const void* bytes, std::size_t count,
                std::vector<MPI_Request>& requests) {
    MPI_Request request = MPI_REQUEST_NULL;
    if (MPI_Isend(bytes, static_cast<int>(count), MPI_CHAR, rank, tag, to, &request) == MPI_SUCCESS)
        requests.push_back(request);
}

// An error ends a request, too. What was to be received is not whole then, as its checksum tells.
bool has_ended(MPI_Request& request) {
    int done = 0;
    return MPI_Test(&request, &done, MPI_STATUS_IGNORE) != MPI_SUCCESS || done != 0;
}

}  // namespace

Mailbox::Mailbox(boost::mpi::communicator receive, boost::mpi::communicator send, std::uint64_t budget_bytes)
    : receive_(std::move(receive)), send_(std::move(send)), budget_bytes_(budget_bytes) {}

void Mailbox::send(int rank, const Message& message, std::vector<std::byte> payload) {
    assert(payload.size() == payload_bytes(message));
    assert(payload.size() <= static_cast<std::size_t>(std::numeric_limits<int>::max()));
    Outgoing& out = outgoing_.emplace_back(Outgoing{rank, pack(send_, message), std::move(payload), {}});
    start_send(send_, rank, control_tag, out.control.data(), out.control.size(), out.requests);
    if (!out.payload.empty())
        start_send(send_, rank, payload_tag, out.payload.data(), out.payload.size(), out.requests);
}

bool Mailbox::all_sent() {
    outgoing_.remove_if([this](Outgoing& out) {
        std::erase_if(out.requests, has_ended);
        if (!out.requests.empty()) return false;
        reuse(std::move(out.payload));
        return true;
    });
    return outgoing_.empty();
}

void Mailbox::reuse(std::vector<std::byte> payload) {
    if (payload.capacity() > 0) spares_.push_back(std::move(payload));
    std::ranges::sort(spares_, std::ranges::greater{}, &std::vector<std::byte>::capacity);
    if (spares_.size() > most_spares) spares_.pop_back();
}

std::vector<std::byte> Mailbox::spare(std::size_t least, std::size_t most) {
    const auto fits = std::ranges::find_if(
        spares_, [&](const auto& one) { return one.capacity() >= least && one.capacity() <= most; });
    if (fits == spares_.end()) return {};
    std::vector<std::byte> payload = std::move(*fits);
    spares_.erase(fits);
    return payload;
}

// A matched probe, so that messages of one rank keep their order while each is received without blocking: a
// rank that dies in mid-message leaves it pending for ever. Boost.MPI 1.74 offers only the blocking kind.
void Mailbox::match_controls() {
    for (;;) {
        int found = 0;
        MPI_Message matched = MPI_MESSAGE_NULL;
        MPI_Status status;
        if (MPI_Improbe(MPI_ANY_SOURCE, control_tag, receive_, &found, &matched, &status) != MPI_SUCCESS ||
            !found)
            return;
        int bytes = 0;
        MPI_Get_count(&status, MPI_CHAR, &bytes);
        Incoming& in =
            (abandoned_.contains(status.MPI_SOURCE) ? abandoned_incoming_ : incoming_[status.MPI_SOURCE])
                .emplace_back();
        in.envelope.rank = status.MPI_SOURCE;
        in.control.resize(static_cast<std::size_t>(bytes));
        MPI_Imrecv(in.control.data(), bytes, MPI_CHAR, &matched, &in.control_request);
    }
}

// A rank taken for dead may wake up and go on: its messages are taken in, so that they do not pile up inside
// MPI, and dropped.
void Mailbox::drop_abandoned_controls() {
    abandoned_incoming_.remove_if([](Incoming& in) {
        int done = 0;
        if (in.state == Incoming::State::control_travels)
            MPI_Test(&in.control_request, &done, MPI_STATUS_IGNORE);
        return done != 0;
    });
}

void Mailbox::unpack_control(Incoming& in) {
    in.envelope.message = unpack(receive_, in.control);
    in.state =
        payload_bytes(in.envelope.message) == 0 ? Incoming::State::complete : Incoming::State::payload_waits;
}

bool Mailbox::post_payload(Incoming& in) {
    const std::uint64_t bytes = payload_bytes(in.envelope.message);
    if (bytes_in_flight_ > 0 && bytes_in_flight_ + bytes > budget_bytes_) return false;
    bytes_in_flight_ += bytes;
    std::vector<std::byte>& payload = in.envelope.payload;
    payload = spare(bytes, 4 * bytes);  // a large one is not held by a few numbers that wait for their turn
    if (payload.capacity() == 0) jobs::reserve_on_huge_pages(payload, bytes + bytes / 8);
    payload.resize(bytes);
    MPI_Irecv(payload.data(), static_cast<int>(bytes), MPI_CHAR, in.envelope.rank, payload_tag, receive_,
              &in.payload_request);
    in.state = Incoming::State::payload_travels;
    return true;
}

// Payloads match their receives in the order these are posted, so no receive is posted before the one ahead
// of it.
void Mailbox::advance(std::list<Incoming>& queue) {
    bool may_post = true;
    for (auto in = queue.begin(); in != queue.end();) {
        if (in->state == Incoming::State::control_travels) {
            int done = 0;
            MPI_Test(&in->control_request, &done, MPI_STATUS_IGNORE);
            if (done) unpack_control(*in);
        }
        if (in->state == Incoming::State::complete &&
            std::holds_alternative<cluster::WorkerPulse>(in->envelope.message)) {
            pulses_.push_back(std::move(in->envelope));
            in = queue.erase(in);
            continue;
        }
        if (in->state == Incoming::State::payload_waits && may_post) may_post = post_payload(*in);
        if (in->state == Incoming::State::payload_travels && has_ended(in->payload_request))
            in->state = Incoming::State::complete;
        if (in->state == Incoming::State::control_travels || in->state == Incoming::State::payload_waits)
            may_post = false;
        ++in;
    }
}

std::optional<Envelope> Mailbox::poll() {
    (void)all_sent();
    match_controls();
    drop_abandoned_controls();
    for (auto& [rank, queue] : incoming_) advance(queue);
    if (!pulses_.empty()) {
        Envelope pulse = std::move(pulses_.front());
        pulses_.pop_front();
        return pulse;
    }
    for (auto& [rank, queue] : incoming_) {
        if (queue.empty() || queue.front().state != Incoming::State::complete) continue;
        Envelope envelope = std::move(queue.front().envelope);
        bytes_in_flight_ -= envelope.payload.size();
        queue.pop_front();
        return envelope;
    }
    return std::nullopt;
}

// No payload of this rank may be received any more: those it announced and nobody asked for would match the
// receives of later ones, which are not of their size.
void Mailbox::abandon(int rank) {
    abandoned_.insert(rank);
    std::erase_if(pulses_, [rank](const Envelope& pulse) { return pulse.rank == rank; });
    for (auto out = outgoing_.begin(); out != outgoing_.end();) {
        const auto here = out++;
        if (here->rank == rank) abandoned_outgoing_.splice(abandoned_outgoing_.end(), outgoing_, here);
    }
    for (Incoming& in : incoming_[rank])
        if (in.state == Incoming::State::payload_travels || in.state == Incoming::State::complete)
            bytes_in_flight_ -= in.envelope.payload.size();
    abandoned_incoming_.splice(abandoned_incoming_.end(), incoming_[rank]);
}

namespace {

constexpr std::uint64_t worker_budget_bytes = std::uint64_t{32} << 20;

}  // namespace

Mailbox orchestrator_mailbox(const Environment& environment) {
    return {environment.world(), environment.to_workers(), orchestrator_budget_bytes};
}

Mailbox worker_mailbox(const Environment& environment) {
    return {environment.to_workers(), environment.world(), worker_budget_bytes};
}

}  // namespace factorize::transport
