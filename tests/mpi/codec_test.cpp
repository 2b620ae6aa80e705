// Every kind of message there and back, all of its fields; long vectors too. Packing needs MPI, so this is no
// unit test.
#include "transport/codec.hpp"

#include <cstdint>
#include <limits>
#include <string>
#include <variant>
#include <vector>

#include <boost/mpi/communicator.hpp>
#include <gtest/gtest.h>

#include "transport/environment.hpp"

namespace factorize::transport {
namespace {

constexpr std::uint64_t top = std::numeric_limits<std::uint64_t>::max();

template <class Kind>
Kind there_and_back(const Kind& message) {
    const boost::mpi::communicator self(MPI_COMM_SELF, boost::mpi::comm_attach);
    Packed bytes = pack(self, Message(message));
    return std::get<Kind>(unpack(self, bytes));  // another kind throws
}

TEST(Codec, RegisterWorker) {
    const auto back = there_and_back(cluster::RegisterWorker{"node7.cluster", 4'194'304'000'001, 64});
    EXPECT_EQ(back.host, "node7.cluster");
    EXPECT_EQ(back.pid, 4'194'304'000'001);
    EXPECT_EQ(back.capacity, 64U);
    EXPECT_EQ(there_and_back(cluster::RegisterWorker{"", -1, 0}).host, "");
}

TEST(Codec, Job) {
    const numbers::Uint128 beyond = (numbers::Uint128{42} << 64) + 7;
    cluster::Job job{
        .kind = cluster::JobKind::lay_out_list,
        .store = jobs::Store::half,
        .layout = {.rows = top, .factors = top - 1, .block_rows = top - 2, .factor_chunk = top - 3},
        .ranges = {{1, 2}, {top - 1, top}},
        .census = {.before_range = {{0, 0}, {beyond, 11}, {1, top}}, .below_range = {{beyond, 3}, {5, 6}}}};
    const cluster::Job back = there_and_back(job);
    EXPECT_EQ(back.kind, job.kind);
    EXPECT_EQ(back.store, job.store);
    EXPECT_EQ(back.layout, job.layout);
    EXPECT_EQ(back.ranges, job.ranges);
    EXPECT_EQ(back.census.before_range, job.census.before_range);
    EXPECT_EQ(back.census.below_range, job.census.below_range);
    const cluster::Job empty = there_and_back(cluster::Job{});
    EXPECT_EQ(empty.kind, cluster::JobKind::list_ranges);
    EXPECT_TRUE(empty.ranges.empty());
}

TEST(Codec, FactorsOf) {
    cluster::FactorsOf task;
    task.task = jobs::TaskId{top};
    task.blocks = {top - 5, 4};
    task.attempt = 3;
    task.failed_rows = {0, 7, top};
    task.row_by_row = true;
    task.payload_bytes = std::uint64_t{1} << 33;
    const auto back = there_and_back(task);
    EXPECT_EQ(back.task, task.task);
    EXPECT_EQ(back.blocks, task.blocks);
    EXPECT_EQ(back.attempt, 3U);
    EXPECT_EQ(back.failed_rows, task.failed_rows);
    EXPECT_TRUE(back.row_by_row);
    EXPECT_EQ(back.payload_bytes, task.payload_bytes);
    EXPECT_EQ(payload_bytes(task), task.payload_bytes);
}

cluster::DispatchResults results_of(std::uint64_t blocks) {
    cluster::DispatchResults message;
    message.result.task = jobs::TaskId{77};
    message.result.seconds = 0.1;
    message.attempt = 2;
    message.payload_bytes = 12'345;
    for (std::uint64_t i = 0; i < blocks; ++i) {
        message.result.blocks.push_back(
            {i, i + 1, i * i, top - i, i * 0x9e3779b97f4a7c15U, 1.0 / static_cast<double>(i + 1)});
        message.result.pieces.push_back(
            {static_cast<jobs::Target>(i % 5), static_cast<std::uint32_t>(i), top - i, 3 * i});
    }
    return message;
}

void expect_back(const cluster::DispatchResults& message) {
    const cluster::DispatchResults back = there_and_back(message);
    EXPECT_EQ(back.result.task, message.result.task);
    EXPECT_EQ(back.result.seconds, message.result.seconds);
    EXPECT_EQ(back.attempt, message.attempt);
    EXPECT_EQ(back.payload_bytes, message.payload_bytes);
    EXPECT_TRUE(back.result.payload.empty()) << "travels alone";
    ASSERT_EQ(back.result.blocks.size(), message.result.blocks.size());
    ASSERT_EQ(back.result.pieces.size(), message.result.pieces.size());
    for (std::size_t i = 0; i < message.result.blocks.size(); ++i) {
        const jobs::BlockResult& a = back.result.blocks[i];
        const jobs::BlockResult& b = message.result.blocks[i];
        ASSERT_TRUE(a.block == b.block && a.rows == b.rows && a.first_factor == b.first_factor &&
                    a.factors == b.factors && a.xxh64 == b.xxh64 && a.seconds == b.seconds)
            << i;
        const jobs::Piece& c = back.result.pieces[i];
        const jobs::Piece& d = message.result.pieces[i];
        ASSERT_TRUE(c.target == d.target && c.owner == d.owner && c.index == d.index && c.bytes == d.bytes)
            << i;
    }
}

TEST(Codec, DispatchResults) {
    expect_back(results_of(0));
    expect_back(results_of(1));
    expect_back(results_of(5));
    expect_back(results_of(200'000));
    EXPECT_EQ(payload_bytes(results_of(1)), 12'345U);
}

TEST(Codec, TaskFailed) {
    const std::string text = "two\nlines, \xff no UTF-8, and a \\";
    const auto back = there_and_back(cluster::TaskFailed{jobs::TaskId{5}, top, {1, top}, text});
    EXPECT_EQ(back.task, jobs::TaskId{5});
    EXPECT_EQ(back.number, top);
    EXPECT_EQ(back.rows, (std::vector<std::uint64_t>{1, top}));
    EXPECT_EQ(back.text, text);
    const std::string zero("a\0b", 3);
    EXPECT_EQ(there_and_back(cluster::TaskFailed{{}, 0, {}, zero}).text, zero);
    std::vector<std::uint64_t> rows(1'000'000);
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = i * i;
    EXPECT_EQ(there_and_back(cluster::TaskFailed{{}, 0, rows, ""}).rows, rows);
}

TEST(Codec, SmallMessages) {
    EXPECT_EQ(there_and_back(cluster::WorkerPulse{top}).progress, top);
    EXPECT_TRUE(there_and_back(cluster::Stop{true}).finish_running);
    EXPECT_FALSE(there_and_back(cluster::Stop{false}).finish_running);
    const auto back = there_and_back(cluster::UnregisterWorker{top, 1e-300});
    EXPECT_EQ(back.peak_memory_bytes, top);
    EXPECT_EQ(back.busy_seconds, 1e-300);
}

TEST(Codec, OnlyTasksAndResultsHaveAPayload) {
    for (const Message& message :
         {Message(cluster::RegisterWorker{}), Message(cluster::Job{}), Message(cluster::TaskFailed{}),
          Message(cluster::WorkerPulse{}), Message(cluster::Stop{}), Message(cluster::UnregisterWorker{})})
        EXPECT_EQ(payload_bytes(message), 0U);
}

// To the next rank: what is packed here is read there.
TEST(Codec, BetweenRanks) {
    const boost::mpi::communicator world;
    const Packed mine = pack(world, Message(results_of(static_cast<std::uint64_t>(world.rank()) + 10)));
    const int next = (world.rank() + 1) % world.size();
    const int before = (world.rank() + world.size() - 1) % world.size();
    boost::mpi::request sent = world.isend(next, 9, mine.data(), static_cast<int>(mine.size()));
    Packed bytes(pack(world, Message(results_of(static_cast<std::uint64_t>(before) + 10))).size());
    world.recv(before, 9, bytes.data(), static_cast<int>(bytes.size()));
    sent.wait();
    const auto message = std::get<cluster::DispatchResults>(unpack(world, bytes));
    EXPECT_EQ(message.result.blocks.size(), static_cast<std::size_t>(before) + 10);
}

}  // namespace
}  // namespace factorize::transport

int main(int argc, char** argv) {
    const factorize::transport::Environment environment(argc, argv);
    GTEST_FLAG_SET(brief, environment.rank() != 0);
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
