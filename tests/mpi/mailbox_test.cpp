// Mailboxes between real ranks: order, content, budget, pulses, both sides in one process, ranks that never
// deliver. Every scenario runs on every rank; a failed expectation on any of them is the exit status.
#include "transport/mailbox.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "transport/codec.hpp"
#include "transport/environment.hpp"

namespace factorize::transport {
namespace {

const Environment* environment = nullptr;

constexpr std::uint64_t unlimited = std::uint64_t{1} << 40;

std::vector<int> worker_ranks() {
    if (environment->size() == 1) return {0};
    std::vector<int> ranks;
    for (int rank = 1; rank < environment->size(); ++rank) ranks.push_back(rank);
    return ranks;
}
bool is_worker() { return environment->size() == 1 || environment->rank() > 0; }
bool is_orchestrator() { return environment->rank() == 0; }

Mailbox orchestrator_side(std::uint64_t budget) {
    return {environment->world(), environment->to_workers(), budget};
}
Mailbox worker_side(std::uint64_t budget = unlimited) {
    return {environment->to_workers(), environment->world(), budget};
}

/// The bytes of the payload that `rank` sends under `id`: no two alike.
std::vector<std::byte> content(int rank, std::uint64_t id, std::size_t size) {
    std::vector<std::byte> bytes(size);
    std::uint64_t state = id * 1'000 + static_cast<std::uint64_t>(rank) + 1;
    for (std::byte& byte : bytes) {
        state = state * 6364136223846793005U + 1442695040888963407U;
        byte = static_cast<std::byte>(state >> 56);
    }
    return bytes;
}

cluster::DispatchResults results(std::uint64_t id, std::uint64_t payload_bytes) {
    cluster::DispatchResults message;
    message.result.task = jobs::TaskId{id};
    message.payload_bytes = payload_bytes;
    return message;
}

void send_results(Mailbox& mailbox, int to, std::uint64_t id, std::size_t size) {
    mailbox.send(to, results(id, size), content(environment->rank(), id, size));
}

/// Compares a result with what its sender sent. @return its id
std::uint64_t check_results(const Envelope& envelope) {
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

TEST_F(MailboxTest, PollReturnsAtOnceWhereThereIsNothing) {
    Sides sides;
    for (int i = 0; i < 1'000; ++i) {
        EXPECT_FALSE(sides.orchestrator.poll().has_value());
        EXPECT_TRUE(sides.worker.all_sent());
    }
}

void exchange_payloads(std::uint64_t budget) {
    constexpr std::size_t sizes[] = {0, 1, 100, 64 * 1024, 5'000'000};
    constexpr std::uint64_t messages = 20;
    Sides sides(budget);
    if (is_worker())
        for (std::uint64_t id = 0; id < messages; ++id) send_results(sides.worker, 0, id, sizes[id % 5]);
    std::map<int, std::uint64_t> next;
    std::size_t received = 0;
    sides.run(
        [&] {
            while (const std::optional<Envelope> envelope = sides.orchestrator.poll()) {
                EXPECT_EQ(check_results(*envelope), next[envelope->rank]++) << "from rank " << envelope->rank;
                ++received;
            }
            return received == messages * worker_ranks().size();
        },
        [&] {
            EXPECT_FALSE(sides.worker.poll().has_value()) << "rank 0 sent nothing";
            return sides.worker.all_sent();
        });
    EXPECT_FALSE(is_orchestrator() && sides.orchestrator.poll().has_value());
}

TEST_F(MailboxTest, KeepsOrderAndContent) { exchange_payloads(unlimited); }
TEST_F(MailboxTest, OnePayloadAboveTheBudgetIsTakenAlone) { exchange_payloads(1); }
TEST_F(MailboxTest, ABudgetOfAFewPayloads) { exchange_payloads(11'000'000); }

TEST_F(MailboxTest, SmallMessagesOfEveryKindKeepTheirOrder) {
    constexpr std::uint64_t rounds = 200;
    Sides sides;
    if (is_worker()) {
        sides.worker.send(0, cluster::RegisterWorker{"host", 42, 3});
        for (std::uint64_t id = 0; id < rounds; ++id) {
            send_results(sides.worker, 0, id, id % 3 == 0 ? 10 : 0);
            sides.worker.send(0, cluster::TaskFailed{jobs::TaskId{id}, id, {id, id + 1}, std::to_string(id)});
        }
        sides.worker.send(0, cluster::UnregisterWorker{7, 0.5});
    }
    std::map<int, std::uint64_t> seen;
    std::size_t gone = 0;
    sides.run(
        [&] {
            while (const std::optional<Envelope> envelope = sides.orchestrator.poll()) {
                const std::uint64_t place = seen[envelope->rank]++;
                if (place == 0) {
                    EXPECT_EQ(std::get<cluster::RegisterWorker>(envelope->message).pid, 42);
                } else if (place == 2 * rounds + 1) {
                    EXPECT_EQ(std::get<cluster::UnregisterWorker>(envelope->message).peak_memory_bytes, 7U);
                    ++gone;
                } else if (place % 2 == 1) {
                    EXPECT_EQ(check_results(*envelope), place / 2);
                } else {
                    EXPECT_EQ(std::get<cluster::TaskFailed>(envelope->message).number, place / 2 - 1);
                }
            }
            return gone == worker_ranks().size();
        },
        [&] { return sides.worker.all_sent(); });
}

// Rank 0 answers every result with a task whose payload is the result's, reversed.
TEST_F(MailboxTest, RankZeroAnswers) {
    constexpr std::uint64_t rounds = 12;
    constexpr std::size_t sizes[] = {0, 3, 200'000};
    Sides sides(500'000, 100'000);
    std::uint64_t sent = 0;
    std::uint64_t answered = 0;
    const auto send_next = [&] {
        send_results(sides.worker, 0, sent, sizes[sent % 3]);
        ++sent;
    };
    if (is_worker()) send_next();
    std::size_t received = 0;
    sides.run(
        [&] {
            while (std::optional<Envelope> envelope = sides.orchestrator.poll()) {
                ++received;
                cluster::FactorsOf task;
                task.task = jobs::TaskId{check_results(*envelope)};
                task.payload_bytes = envelope->payload.size();
                std::ranges::reverse(envelope->payload);
                sides.orchestrator.send(envelope->rank, task, std::move(envelope->payload));
            }
            return received == rounds * worker_ranks().size() && sides.orchestrator.all_sent();
        },
        [&] {
            while (std::optional<Envelope> envelope = sides.worker.poll()) {
                EXPECT_EQ(envelope->rank, 0);
                const auto& task = std::get<cluster::FactorsOf>(envelope->message);
                EXPECT_EQ(task.task, jobs::TaskId{answered});
                std::ranges::reverse(envelope->payload);
                EXPECT_TRUE(envelope->payload == content(environment->rank(), answered, sizes[answered % 3]));
                ++answered;
                if (sent < rounds) send_next();
            }
            return answered == rounds && sides.worker.all_sent();
        });
}

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
        if (!envelope) continue;
        if (std::holds_alternative<cluster::WorkerPulse>(envelope->message))
            std::erase(ranks, envelope->rank);
        else
            take(std::move(*envelope));
    }
}

void drain(Mailbox& mailbox) {
    while (!mailbox.all_sent()) static_cast<void>(mailbox.poll());
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

TEST_F(MailboxTest, TheFactoriesAgreeOnTheirCommunicators) {
    Mailbox orchestrator = orchestrator_mailbox(*environment);
    Mailbox worker = worker_mailbox(*environment);
    if (is_worker()) worker.send(0, cluster::RegisterWorker{Environment::host(), 1, 2});
    std::size_t registered = 0;
    bool stopped = false;
    Sides sides;
    sides.run(
        [&] {
            while (const std::optional<Envelope> envelope = orchestrator.poll()) {
                EXPECT_EQ(std::get<cluster::RegisterWorker>(envelope->message).host, Environment::host());
                orchestrator.send(envelope->rank, cluster::Stop{false});
                ++registered;
            }
            return registered == worker_ranks().size() && orchestrator.all_sent();
        },
        [&] {
            while (const std::optional<Envelope> envelope = worker.poll()) {
                EXPECT_FALSE(std::get<cluster::Stop>(envelope->message).finish_running);
                stopped = true;
            }
            return stopped && worker.all_sent();
        });
}

TEST_F(MailboxTest, AMovedMailboxKeepsWhatIsOnItsWay) {
    Sides sides;
    if (is_worker()) send_results(sides.worker, 0, 0, 2'000'000);
    Mailbox worker = std::move(sides.worker);
    Mailbox orchestrator = std::move(sides.orchestrator);
    std::size_t received = 0;
    sides.run(
        [&] {
            while (const std::optional<Envelope> envelope = orchestrator.poll()) {
                EXPECT_EQ(check_results(*envelope), 0U);
                ++received;
            }
            return received == worker_ranks().size();
        },
        [&] { return worker.all_sent(); });
}

}  // namespace
}  // namespace factorize::transport

int main(int argc, char** argv) {
    const factorize::transport::Environment environment(argc, argv);
    GTEST_FLAG_SET(brief, environment.rank() != 0);
    testing::InitGoogleTest(&argc, argv);
    factorize::transport::environment = &environment;
    return RUN_ALL_TESTS();
}
