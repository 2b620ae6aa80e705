// Mailboxes whose peers announce what they never deliver, are given up, or wake up after they were.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "support/mailbox_sides.hpp"
#include "transport/codec.hpp"
#include "transport/environment.hpp"
#include "transport/mailbox.hpp"

namespace factorize::transport::test {
namespace {

/// A message that says a payload of so many bytes follows, which it does not.
class Announcement {
public:
    Announcement(std::uint64_t id, std::uint64_t payload_bytes)
        : control_(pack(environment->world(), results(id, payload_bytes))),
          request_(environment->world().isend(0, Mailbox::control_tag, control_.data(),
                                              static_cast<int>(control_.size()))) {}
    ~Announcement() { request_.wait(); }
    Announcement(const Announcement&) = delete;
    Announcement& operator=(const Announcement&) = delete;

private:
    Packed control_;
    boost::mpi::request request_;
};

/// Waits at rank 0 until each of `ranks` sent a pulse; everything else goes to `take`.
void await_pulses(Mailbox& mailbox, std::vector<int> ranks, const std::function<void(Envelope)>& take) {
    while (!ranks.empty()) {
        std::optional<Envelope> envelope = mailbox.poll();
        if (!envelope) {
            std::this_thread::yield();
            continue;
        }
        if (std::holds_alternative<cluster::WorkerPulse>(envelope->message))
            std::erase(ranks, envelope->rank);
        else
            take(std::move(*envelope));
    }
}

void drain(Mailbox& mailbox) {
    while (!mailbox.all_sent()) std::this_thread::yield();
}

/// A receive for what `rank` sent under the tag of payloads; waits for it.
std::vector<std::byte> receive_payload(int rank, std::size_t size) {
    std::vector<std::byte> bytes(size);
    environment->world().recv(rank, Mailbox::payload_tag, reinterpret_cast<char*>(bytes.data()),
                              static_cast<int>(size));
    return bytes;
}

// A payload that never comes waits, and holds up the messages behind it, but no pulse.
TEST_F(MailboxTest, PulsesOvertakeWhatWaitsForItsPayload) {
    constexpr std::size_t size = 300'000;
    Sides sides(1);
    std::optional<Announcement> announced;
    if (is_worker()) {
        announced.emplace(0, size);
        sides.worker.send(0, cluster::TaskFailed{jobs::TaskId{1}, 0, {}, "behind"});
        for (std::uint64_t progress = 1; progress <= 3; ++progress)
            sides.worker.send(0, cluster::WorkerPulse{progress});
    }
    if (is_orchestrator()) {
        std::map<int, std::uint64_t> pulses;
        while (pulses.size() < worker_ranks().size() ||
               std::ranges::any_of(pulses, [](const auto& entry) { return entry.second < 3; })) {
            if (is_worker()) static_cast<void>(sides.worker.all_sent());
            const std::optional<Envelope> envelope = sides.orchestrator.poll();
            if (!envelope) continue;
            ASSERT_TRUE(std::holds_alternative<cluster::WorkerPulse>(envelope->message))
                << "overtook its payload";
            EXPECT_EQ(std::get<cluster::WorkerPulse>(envelope->message).progress, ++pulses[envelope->rank]);
        }
        EXPECT_FALSE(sides.orchestrator.poll().has_value());
    }
    environment->world().barrier();
    // Now the payloads come, one at a time, and what waited behind them.
    std::vector<std::byte> late = content(environment->rank(), 0, size);
    boost::mpi::request late_request;
    if (is_worker())
        late_request =
            environment->world().isend(0, Mailbox::payload_tag, reinterpret_cast<const char*>(late.data()),
                                       static_cast<int>(late.size()));
    std::map<int, int> got;
    std::size_t received = 0;
    sides.run(
        [&] {
            while (const std::optional<Envelope> envelope = sides.orchestrator.poll()) {
                ++received;
                if (got[envelope->rank]++ == 0) {
                    EXPECT_EQ(check_results(*envelope), 0U);
                } else {
                    EXPECT_EQ(std::get<cluster::TaskFailed>(envelope->message).text, "behind");
                }
            }
            return received == 2 * worker_ranks().size();
        },
        [&] { return sides.worker.all_sent(); });
    if (is_worker()) late_request.wait();
}

// One rank announces a payload, never sends it and is given up: its share of the budget is free again.
TEST_F(MailboxTest, AnAbandonedRankDoesNotHoldUpTheOthers) {
    const int lost = worker_ranks().front();
    constexpr std::size_t size = 400'000;
    Sides sides(1);
    std::optional<Announcement> announced;
    if (environment->rank() == lost) {
        announced.emplace(0, size);
        sides.worker.send(0, cluster::WorkerPulse{1});
        if (!is_orchestrator()) drain(sides.worker);
    }
    if (is_orchestrator()) {
        await_pulses(sides.orchestrator, {lost}, [](const Envelope&) { ADD_FAILURE() << "never sent"; });
        sides.orchestrator.send(lost, cluster::Stop{});
        sides.orchestrator.abandon(lost);
        EXPECT_TRUE(sides.orchestrator.all_sent()) << "what goes to the dead is not waited for";
        EXPECT_FALSE(sides.orchestrator.poll().has_value());
    }
    environment->world().barrier();
    constexpr std::uint64_t messages = 5;
    const bool sends = is_worker() && environment->rank() != lost;
    if (sends)
        for (std::uint64_t id = 0; id < messages; ++id) send_results(sides.worker, 0, id, size);
    std::map<int, std::uint64_t> next;
    std::size_t received = 0;
    sides.run(
        [&] {
            while (const std::optional<Envelope> envelope = sides.orchestrator.poll()) {
                EXPECT_NE(envelope->rank, lost);
                EXPECT_EQ(check_results(*envelope), next[envelope->rank]++);
                ++received;
            }
            return received == messages * (worker_ranks().size() - 1);
        },
        [&] { return sides.worker.all_sent(); });
    environment->world().barrier();
    if (environment->rank() == lost) {
        while (!sides.worker.poll()) continue;  // the Stop, which arrived after all
        // The payload comes after all, into the buffer kept for it.
        const std::vector<std::byte> late = content(lost, 0, size);
        const auto request =
            environment->world().isend(0, Mailbox::payload_tag, reinterpret_cast<const char*>(late.data()),
                                       static_cast<int>(late.size()));
        boost::mpi::request pending = request;
        while (!pending.test()) {
            if (is_orchestrator()) {
                EXPECT_FALSE(sides.orchestrator.poll().has_value());
            }
        }
    }
    environment->world().barrier();
}

// A rank counted as lost goes on all the same: whatever it sends, rank 0 gets nothing wrong and goes on too.
TEST_F(MailboxTest, ALostRankThatWakesUpDoesNoHarm) {
    if (environment->size() < 3) GTEST_SKIP() << "needs a second worker";
    constexpr int holder = 2;  // fills the budget with a payload that never comes
    constexpr int sleeper = 1;
    constexpr std::size_t size = 3'000'000;
    Sides sides(1);
    std::optional<Announcement> announced;
    if (environment->rank() == holder) {
        announced.emplace(0, size);
        sides.worker.send(0, cluster::WorkerPulse{1});
        drain(sides.worker);
    }
    const auto never = [](const Envelope& envelope) { ADD_FAILURE() << "from rank " << envelope.rank; };
    if (is_orchestrator()) await_pulses(sides.orchestrator, {holder}, never);
    environment->world().barrier();
    if (environment->rank() == sleeper) {
        send_results(sides.worker, 0, 0, size);
        sides.worker.send(0, cluster::WorkerPulse{1});
    }
    if (is_orchestrator()) {
        await_pulses(sides.orchestrator, {sleeper}, never);
        sides.orchestrator.abandon(sleeper);
        sides.orchestrator.abandon(holder);
    }
    environment->world().barrier();
    if (environment->rank() == sleeper) {
        sides.worker.send(0, cluster::UnregisterWorker{});
        send_results(sides.worker, 0, 1, 10);
    }
    environment->world().barrier();
    const int third = 3;
    if (environment->rank() == third) send_results(sides.worker, 0, 0, size);
    if (is_orchestrator()) {
        bool wanted = environment->size() <= third;
        for (int quiet = 0; !wanted || quiet < 1'000; ++quiet) {
            const std::optional<Envelope> envelope = sides.orchestrator.poll();
            if (!envelope) continue;
            (void)check_results(*envelope);
            wanted = wanted || envelope->rank == third;
            quiet = 0;
        }
        // What nobody received, so that the ranks can part: the payloads of the sleeper.
        EXPECT_TRUE(receive_payload(sleeper, size) == content(sleeper, 0, size));
        EXPECT_TRUE(receive_payload(sleeper, 10) == content(sleeper, 1, 10));
        EXPECT_FALSE(sides.orchestrator.poll().has_value());
    }
    if (is_worker()) drain(sides.worker);
    environment->world().barrier();
    if (environment->rank() == holder) {
        const std::vector<std::byte> late = content(holder, 0, size);
        environment->world().send(0, Mailbox::payload_tag, reinterpret_cast<const char*>(late.data()),
                                  static_cast<int>(late.size()));
    }
    if (is_orchestrator())
        while (environment->world().iprobe(holder, Mailbox::payload_tag))
            ADD_FAILURE() << "its buffer is gone";
    environment->world().barrier();
}

}  // namespace
}  // namespace factorize::transport::test

int main(int argc, char** argv) { return factorize::transport::test::run_on_ranks(argc, argv); }
