// What tests of mailboxes between real ranks share: both sides of a process, payloads that no two messages
// have alike, and a main.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <thread>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "transport/environment.hpp"
#include "transport/mailbox.hpp"

namespace factorize::transport::test {

/// Of this process; set by run_on_ranks().
inline const Environment* environment = nullptr;

inline constexpr std::uint64_t unlimited = std::uint64_t{1} << 40;

inline std::vector<int> worker_ranks() {
    if (environment->size() == 1) return {0};
    std::vector<int> ranks;
    for (int rank = 1; rank < environment->size(); ++rank) ranks.push_back(rank);
    return ranks;
}
inline bool is_worker() { return environment->size() == 1 || environment->rank() > 0; }
inline bool is_orchestrator() { return environment->rank() == 0; }

inline Mailbox orchestrator_side(std::uint64_t budget) {
    return {environment->world(), environment->to_workers(), budget};
}
inline Mailbox worker_side(std::uint64_t budget = unlimited) {
    return {environment->to_workers(), environment->world(), budget};
}

/// The bytes of the payload that `rank` sends under `id`: no two alike.
inline std::vector<std::byte> content(int rank, std::uint64_t id, std::size_t size) {
    std::vector<std::byte> bytes(size);
    std::uint64_t state = id * 1'000 + static_cast<std::uint64_t>(rank) + 1;
    for (std::byte& byte : bytes) {
        state = state * 6364136223846793005U + 1442695040888963407U;
        byte = static_cast<std::byte>(state >> 56);
    }
    return bytes;
}

inline cluster::DispatchResults results(std::uint64_t id, std::uint64_t payload_bytes) {
    cluster::DispatchResults message;
    message.result.task = jobs::TaskId{id};
    message.payload_bytes = payload_bytes;
    return message;
}

inline void send_results(Mailbox& mailbox, int to, std::uint64_t id, std::size_t size) {
    mailbox.send(to, results(id, size), content(environment->rank(), id, size));
}

/// Compares a result with what its sender sent. @return its id
inline std::uint64_t check_results(const Envelope& envelope) {
    const auto* message = std::get_if<cluster::DispatchResults>(&envelope.message);
    if (message == nullptr) {
        ADD_FAILURE() << "message " << envelope.message.index() << " instead of a result";
        return ~0ULL;
    }
    const auto id = static_cast<std::uint64_t>(message->result.task);
    EXPECT_EQ(envelope.payload.size(), message->payload_bytes);
    EXPECT_TRUE(envelope.payload == content(envelope.rank, id, message->payload_bytes))
        << "rank " << envelope.rank << " message " << id;
    return id;
}

/// The two sides of this process, and the turns they take until both are done. ctest's time limit is the
/// judge of what never ends.
struct Sides {
    explicit Sides(std::uint64_t orchestrator_budget = unlimited, std::uint64_t worker_budget = unlimited)
        : orchestrator(orchestrator_side(orchestrator_budget)), worker(worker_side(worker_budget)) {}

    void run(const std::function<bool()>& orchestrator_is_done, const std::function<bool()>& worker_is_done) {
        bool o = !is_orchestrator();
        bool w = !is_worker();
        while (!o || !w) {
            if (!o) o = orchestrator_is_done();
            if (!w) w = worker_is_done();
            std::this_thread::yield();  // there are more ranks than cores
        }
    }

    Mailbox orchestrator;
    Mailbox worker;
};

class MailboxTest : public testing::Test {
protected:
    void TearDown() override {
        environment->world().barrier();
        // Nothing of this scenario is left for the next one.
        for (const auto& communicator : {environment->world(), environment->to_workers()})
            EXPECT_FALSE(communicator.iprobe().has_value()) << "a message that nobody took";
        environment->world().barrier();
    }
};

/// The main of a test on ranks: rank 0 tells how it goes, the others only what fails.
inline int run_on_ranks(int argc, char** argv) {
    const Environment mine(argc, argv);
    environment = &mine;
    GTEST_FLAG_SET(brief, mine.rank() != 0);
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}

}  // namespace factorize::transport::test
