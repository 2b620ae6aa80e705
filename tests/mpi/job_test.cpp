// Orchestrator and workers wired for real, results kept in memory: every block is stored exactly once,
// whoever computed it, and the datasets are those of trial division.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "app/event_log.hpp"
#include "app/orchestrator_loop.hpp"
#include "app/phase.hpp"
#include "app/progress.hpp"
#include "app/worker_loop.hpp"
#include "results/result_check.hpp"
#include "support/job_table.hpp"
#include "transport/environment.hpp"

namespace factorize::app {
namespace {

const transport::Environment* environment = nullptr;

/// A phase of ranges that keeps what comes.
class PhaseInMemory : public Phase {
public:
    PhaseInMemory(const jobs::Ranges& ranges, const test::JobTable& table)
        : job_(test::range_job(ranges, table)), decoded_(table.layout, table.store) {}

    cluster::Job job() const override { return job_; }
    cluster::Phase plan() const override {
        return {.blocks = job_.layout.blocks(),
                .block_rows = job_.layout.block_rows,
                .min_blocks = 1,
                .max_blocks = 3,
                .known_failed_rows = {}};
    }
    bool is_done(std::uint64_t block) const override { return done_before.contains(block); }
    std::vector<std::byte> payload(jobs::BlockSpan) override { return {}; }
    results::CheckedResult check(const jobs::TaskResult& result) const override {
        if (refuse_once_ && refuse_once_->erase(result.blocks.front().block) > 0)
            throw results::DamagedResult("damaged, says the test");
        return results::check_chunks(result, job_.layout);
    }
    void store(const results::CheckedResult& checked, int rank, std::uint32_t) override {
        const jobs::TaskResult& result = checked.result;
        for (const jobs::BlockResult& block : result.blocks) ++stored[block.block];
        ranks.insert(rank);
        decoded_.add(result);
        committed_ = false;
    }
    void record_failure(std::uint64_t row, std::uint32_t attempts, const std::string& message) override {
        failures[row] = std::to_string(attempts) + ": " + message;
    }
    void commit() override { committed_ = true; }

    [[nodiscard]] bool committed() const { return committed_; }
    [[nodiscard]] test::Tables read() const { return decoded_.read(); }
    void tamper(const std::function<void(cluster::Job&)>& change) { change(job_); }
    void refuse_once(std::set<std::uint64_t>& first_blocks) { refuse_once_ = &first_blocks; }

    std::set<std::uint64_t> done_before;
    std::map<std::uint64_t, int> stored;
    std::set<int> ranks;
    std::map<std::uint64_t, std::string> failures;

private:
    cluster::Job job_;
    test::DecodedTables decoded_;
    std::set<std::uint64_t>* refuse_once_ = nullptr;
    bool committed_ = true;
};

/// On rank 0 `body`, then the dismissal of all; on the others a worker.
void on_cluster(const std::function<void(OrchestratorLoop&)>& body, const cluster::Limits& limits = {}) {
    if (environment->rank() > 0) {
        run_worker(transport::worker_mailbox(*environment), limits, 2);
    } else {
        EventLog log("");
        Progress progress;
        OrchestratorLoop loop(*environment, limits, 2, log, progress);
        try {
            loop.muster();
            body(loop);
            loop.dismiss();
        } catch (const std::exception& error) {  // the workers would wait for ever
            std::fprintf(stderr, "rank 0: %s\n", error.what());
            environment->world().abort(1);
        }
        EXPECT_TRUE(loop.state().everyone_gone());
        EXPECT_EQ(loop.state().counters().workers_lost, 0U);
        for (const auto& [rank, member] : loop.state().workers()) {
            EXPECT_EQ(member.standing, cluster::Standing::gone) << rank;
            EXPECT_EQ(member.capacity, 2U);
            EXPECT_GT(member.peak_memory_bytes, 0U);
        }
    }
    environment->world().barrier();
}

void expect_complete(const PhaseInMemory& phase, const test::JobTable& table) {
    EXPECT_EQ(phase.stored.size(), table.layout.blocks());
    for (const auto& [block, times] : phase.stored) EXPECT_EQ(times, 1) << "block " << block;
    EXPECT_TRUE(phase.committed());
    EXPECT_TRUE(phase.read() == table.tables());
}

TEST(JobOnRanks, StoresEveryBlockOnce) {
    const jobs::Ranges ranges({{1, 5'000}, {720'000, 725'000}});
    const test::JobTable table = test::JobTable::of(ranges, jobs::Store::full, 16, 700);
    on_cluster([&](OrchestratorLoop& loop) {
        EXPECT_NE(loop.hosts(), "");
        PhaseInMemory phase(ranges, table);
        loop.run(phase, "factoring");
        expect_complete(phase, table);
        EXPECT_TRUE(phase.failures.empty());
        EXPECT_EQ(phase.ranks.contains(0), environment->size() == 1)
            << "rank 0 computes only when it is alone";
    });
}

TEST(JobOnRanks, RunsOnePhaseAfterAnother) {
    const jobs::Ranges first({{10'000'000, 10'001'000}});
    const jobs::Ranges second({{1, 3'000}});
    const test::JobTable table_of_first = test::JobTable::of(first, jobs::Store::full);
    const test::JobTable table_of_second = test::JobTable::of(second, jobs::Store::half, 50, 333);
    on_cluster([&](OrchestratorLoop& loop) {
        PhaseInMemory factoring(first, table_of_first);
        loop.run(factoring, "factoring");
        PhaseInMemory laying_out(second, table_of_second);
        loop.run(laying_out, "laying out");
        expect_complete(factoring, table_of_first);
        expect_complete(laying_out, table_of_second);
    });
}

// The last tasks of a phase run on every idle worker; copies that lost come in during the next phase, whose
// layout is another.
TEST(JobOnRanks, ACopyThatLostInAnEarlierPhaseIsNoFailure) {
    cluster::Limits limits;
    limits.straggler_factor = 0;
    limits.straggler_min_s = 0;
    const jobs::Ranges first({{10'000'000, 10'003'000}});
    const jobs::Ranges second({{1, 300}});
    const test::JobTable table_of_first = test::JobTable::of(first, jobs::Store::full, 300, 1'000);
    const test::JobTable table_of_second = test::JobTable::of(second, jobs::Store::half, 50, 333);
    on_cluster(
        [&](OrchestratorLoop& loop) {
            testing::internal::CaptureStderr();
            for (int round = 0; round < 20; ++round) {
                PhaseInMemory factoring(first, table_of_first);
                loop.run(factoring, "factoring");
                PhaseInMemory laying_out(second, table_of_second);
                loop.run(laying_out, "laying out");
                expect_complete(factoring, table_of_first);
                expect_complete(laying_out, table_of_second);
            }
            EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
            EXPECT_EQ(loop.state().counters().tasks_failed, 0U);
        },
        limits);
}

TEST(JobOnRanks, LeavesOutWhatAnEarlierRunStored) {
    const jobs::Ranges ranges({{2, 2'001}});
    const test::JobTable table = test::JobTable::of(ranges, jobs::Store::full, 20, 100);
    on_cluster([&](OrchestratorLoop& loop) {
        PhaseInMemory phase(ranges, table);
        for (const std::uint64_t block : {0U, 1U, 2U, 50U, 99U}) phase.done_before.insert(block);
        loop.run(phase, "factoring");
        EXPECT_EQ(phase.stored.size(), 95U);
        for (const std::uint64_t block : phase.done_before) EXPECT_FALSE(phase.stored.contains(block));
        PhaseInMemory nothing(ranges, table);
        for (std::uint64_t block = 0; block < 100; ++block) nothing.done_before.insert(block);
        loop.run(nothing, "factoring");
        EXPECT_TRUE(nothing.stored.empty());
    });
}

TEST(JobOnRanks, DoesDamagedResultsAgain) {
    const jobs::Ranges ranges({{2, 2'001}});
    const test::JobTable table = test::JobTable::of(ranges, jobs::Store::full, 100, 100);
    on_cluster([&](OrchestratorLoop& loop) {
        PhaseInMemory phase(ranges, table);
        std::set<std::uint64_t> damaged{0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
        phase.refuse_once(damaged);
        testing::internal::CaptureStderr();
        loop.run(phase, "factoring");
        const std::string told = testing::internal::GetCapturedStderr();
        EXPECT_NE(told.find("damaged, says the test"), std::string::npos) << told;
        expect_complete(phase, table);
        EXPECT_GT(loop.state().counters().tasks_failed, 0U);
    });
}

// The census promises row 98 (the number 100, the last of its range) divisors it has not: all workers fail at
// it, and it alone is given up.
TEST(JobOnRanks, GivesUpTheOneRowThatFailsEverywhere) {
    const jobs::Ranges ranges({{2, 100}, {200, 400}});
    const test::JobTable table = test::JobTable::of(ranges, jobs::Store::full, 10, 64);
    on_cluster([&](OrchestratorLoop& loop) {
        PhaseInMemory phase(ranges, table);
        phase.tamper([](cluster::Job& job) {
            job.census.before_range[1].sum += 1;
            job.census.before_range[2].sum += 1;
        });
        testing::internal::CaptureStderr();
        loop.run(phase, "factoring");
        (void)testing::internal::GetCapturedStderr();
        EXPECT_EQ(phase.failures.size(), 1U);
        EXPECT_EQ(phase.failures[98], "3: 100: wrong list of divisors");
        EXPECT_EQ(phase.stored.size(), table.layout.blocks());
        EXPECT_TRUE(phase.read() == table.tables({98}));
    });
}

}  // namespace
}  // namespace factorize::app

int main(int argc, char** argv) {
    const factorize::transport::Environment environment(argc, argv);
    GTEST_FLAG_SET(brief, environment.rank() != 0);
    testing::InitGoogleTest(&argc, argv);
    factorize::app::environment = &environment;
    return RUN_ALL_TESTS();
}
