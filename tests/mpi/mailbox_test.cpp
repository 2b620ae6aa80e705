// Mailboxes between real ranks: order, content, budget, answers, both sides in one process. A failed
// expectation on any rank is the exit status.
#include "transport/mailbox.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include <gtest/gtest.h>

#include "support/mailbox_sides.hpp"
#include "transport/environment.hpp"

namespace factorize::transport::test {
namespace {

TEST_F(MailboxTest, PollReturnsAtOnceWhereThereIsNothing) {
    Sides sides;
    for (int i = 0; i < 100; ++i) {
        EXPECT_FALSE(sides.orchestrator.poll().has_value());
        EXPECT_TRUE(sides.worker.all_sent());
    }
}

void exchange_payloads(std::uint64_t budget) {
    constexpr std::size_t sizes[] = {0, 1, 100, 64 * 1024, 5'000'000};
    constexpr std::uint64_t messages = 10;
    Sides sides(budget);
    if (is_worker())
        for (std::uint64_t id = 0; id < messages; ++id) send_results(sides.worker, 0, id, sizes[id % 5]);
    std::map<int, std::uint64_t> next;
    std::size_t received = 0;
    sides.run(
        [&] {
            while (std::optional<Envelope> envelope = sides.orchestrator.poll()) {
                EXPECT_EQ(check_results(*envelope), next[envelope->rank]++) << "from rank " << envelope->rank;
                sides.orchestrator.reuse(std::move(envelope->payload));
                ++received;
            }
            return received == messages * worker_ranks().size();
        },
        [&] {
            EXPECT_FALSE(sides.worker.poll().has_value()) << "rank 0 sent nothing";
            return sides.worker.all_sent();
        });
    EXPECT_FALSE(is_orchestrator() && sides.orchestrator.poll().has_value());
    for (Mailbox* const side : {&sides.orchestrator, &sides.worker}) {
        const bool had_payloads = side == &sides.worker ? is_worker() : is_orchestrator();
        EXPECT_EQ(side->spare().capacity() > 0, had_payloads);
        (void)side->spare();
        EXPECT_EQ(side->spare().capacity(), 0U) << "no more than two are kept";
    }
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
}  // namespace factorize::transport::test

int main(int argc, char** argv) { return factorize::transport::test::run_on_ranks(argc, argv); }
