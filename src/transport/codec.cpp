#include "transport/codec.hpp"

#include <utility>

#include <boost/mpi/datatype.hpp>
#include <boost/serialization/is_bitwise_serializable.hpp>
#include <boost/serialization/level.hpp>
#include <boost/serialization/string.hpp>
#include <boost/serialization/tracking.hpp>
#include <boost/serialization/vector.hpp>

// The structs that come in long vectors travel as arrays of one MPI type: without these traits the archive
// handles each member by itself, at 0.3 GB/s instead of 5-10.
#define FACTORIZE_PLAIN_STRUCT(type)                                            \
    BOOST_IS_MPI_DATATYPE(type)                                                 \
    BOOST_IS_BITWISE_SERIALIZABLE(type)                                         \
    BOOST_CLASS_IMPLEMENTATION(type, boost::serialization::object_serializable) \
    BOOST_CLASS_TRACKING(type, boost::serialization::track_never)

FACTORIZE_PLAIN_STRUCT(factorize::jobs::Piece)
FACTORIZE_PLAIN_STRUCT(factorize::jobs::BlockResult)
FACTORIZE_PLAIN_STRUCT(factorize::jobs::Range)

namespace boost::serialization {

using namespace factorize;

template <class Archive>
void serialize(Archive& archive, jobs::Piece& piece, unsigned) {
    archive& piece.target& piece.owner& piece.index& piece.bytes;
}
template <class Archive>
void serialize(Archive& archive, jobs::BlockResult& block, unsigned) {
    archive& block.block& block.rows& block.first_factor& block.factors& block.xxh64& block.seconds;
}
template <class Archive>
void serialize(Archive& archive, jobs::Range& range, unsigned) {
    archive& range.first& range.last;
}
template <class Archive>
void serialize(Archive& archive, jobs::Census& census, unsigned) {
    auto high = static_cast<std::uint64_t>(census.factors >> 64);
    auto low = static_cast<std::uint64_t>(census.factors);
    archive& high& low& census.sum;
    census.factors = numbers::Uint128{high} << 64 | low;
}
template <class Archive>
void serialize(Archive& archive, jobs::CensusTable& table, unsigned) {
    archive& table.before_range& table.below_range;
}
template <class Archive>
void serialize(Archive& archive, jobs::BlockSpan& span, unsigned) {
    archive& span.first& span.count;
}
template <class Archive>
void serialize(Archive& archive, jobs::Layout& layout, unsigned) {
    archive& layout.rows& layout.factors& layout.block_rows& layout.factor_chunk;
}
template <class Archive>
void serialize(Archive& archive, cluster::RegisterWorker& message, unsigned) {
    archive& message.host& message.pid& message.capacity;
}
template <class Archive>
void serialize(Archive& archive, cluster::Job& message, unsigned) {
    archive& message.kind& message.store& message.layout& message.ranges& message.census;
}
template <class Archive>
void serialize(Archive& archive, cluster::FactorsOf& message, unsigned) {
    archive& message.task& message.blocks& message.attempt& message.failed_rows& message.row_by_row& message
        .payload_bytes;
}
template <class Archive>
void serialize(Archive& archive, cluster::DispatchResults& message, unsigned) {
    jobs::TaskResult& result = message.result;  // its payload travels alone
    archive& result.task& result.blocks& result.pieces& result.seconds& message.attempt& message
        .payload_bytes;
}
template <class Archive>
void serialize(Archive& archive, cluster::TaskFailed& message, unsigned) {
    archive& message.task& message.number& message.rows& message.text;
}
template <class Archive>
void serialize(Archive& archive, cluster::WorkerPulse& message, unsigned) {
    archive& message.progress;
}
template <class Archive>
void serialize(Archive& archive, cluster::Stop& message, unsigned) {
    archive& message.finish_running;
}
template <class Archive>
void serialize(Archive& archive, cluster::UnregisterWorker& message, unsigned) {
    archive& message.peak_memory_bytes& message.busy_seconds;
}

}  // namespace boost::serialization

namespace factorize::transport {
namespace {

// Makes the alternative of the variant that `kind` names and reads it.
template <std::size_t... Kinds>
Message read_message(std::size_t kind, boost::mpi::packed_iarchive& archive, std::index_sequence<Kinds...>) {
    Message message;
    const auto read_as = [&]<std::size_t Kind>() {
        if (Kind == kind) archive >> message.emplace<Kind>();
    };
    (read_as.template operator()<Kinds>(), ...);
    return message;
}

}  // namespace

std::uint64_t payload_bytes(const Message& message) {
    if (const auto* task = std::get_if<cluster::FactorsOf>(&message)) return task->payload_bytes;
    if (const auto* results = std::get_if<cluster::DispatchResults>(&message)) return results->payload_bytes;
    return 0;
}

Packed pack(const boost::mpi::communicator& communicator, const Message& message) {
    Packed bytes;
    boost::mpi::packed_oarchive archive(communicator, bytes);
    const std::uint64_t kind = message.index();
    archive << kind;
    std::visit([&](const auto& held) { archive << held; }, message);
    return bytes;
}

Message unpack(const boost::mpi::communicator& communicator, Packed& bytes) {
    boost::mpi::packed_iarchive archive(communicator, bytes);
    std::uint64_t kind = 0;
    archive >> kind;
    return read_message(kind, archive, std::make_index_sequence<std::variant_size_v<Message>>{});
}

}  // namespace factorize::transport
