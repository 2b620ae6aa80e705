// Tasks that fail: other workers, smaller pieces, rows given up, and the end of patience.
#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "unit/cluster/orchestrator_fixture.hpp"

namespace factorize::cluster {
namespace {

using jobs::BlockSpan;

class Failures : public OrchestratorTest {
protected:
    /// Lets every task end at once, as `verdict` says (nothing: solved; else the rows to name), until the
    /// phase is over or hopeless. @return tasks that were solved, by rank
    template <typename Verdict>
    std::vector<std::pair<int, FactorsOf>> play(std::initializer_list<int> ranks, Verdict verdict) {
        std::vector<std::pair<int, FactorsOf>> solved;
        for (bool any = true; any;) {
            any = false;
            for (const int rank : ranks) {
                for (const auto& task : orders.tasks_for(rank)) {
                    any = true;
                    const std::optional<std::vector<std::uint64_t>> rows = verdict(rank, task);
                    if (rows) {
                        fail(rank, task, *rows);
                    } else {
                        EXPECT_TRUE(solve(rank, task));
                        solved.emplace_back(rank, task);
                    }
                }
            }
        }
        return solved;
    }

    using Rows = std::optional<std::vector<std::uint64_t>>;
};

bool holds(const FactorsOf& task, std::uint64_t row) {
    return row / 10 >= task.blocks.first && row / 10 < task.blocks.end();
}

bool empty(const FactorsOf& task, std::uint64_t row) {
    return std::ranges::find(task.failed_rows, row) != task.failed_rows.end();
}

TEST_F(Failures, AnotherWorkerTriesNext) {
    begin(2, 2);
    enter({1, 2});
    const auto task = orders.task_for(1);
    const auto other = orders.task_for(2);
    fail(1, task);
    orders.expect_nothing();  // rank 1 is idle, but it is not for rank 1
    EXPECT_TRUE(solve(2, other));
    const auto again = orders.task_for(2);
    EXPECT_EQ(again.blocks, task.blocks);
    EXPECT_EQ(again.attempt, 2);
    EXPECT_TRUE(solve(2, again));
    EXPECT_EQ(orders.events(Kind::task_failed).at(0).text, "wrong sum");
    EXPECT_EQ(orchestrator->counters().tasks_failed, 1);
    EXPECT_EQ(orchestrator->counters().tasks_reassigned, 1);
}

TEST_F(Failures, ALoneWorkerTriesAgain) {
    begin(1, 1);
    enter({1});
    fail(1, orders.task_for(1));
    EXPECT_TRUE(solve(1, orders.task_for(1)));
}

TEST_F(Failures, ButWaitsForThoseStillToRegister) {
    begin(2, 2);
    enter({1});
    fail(1, orders.task_for(1));
    orders.ignore_all();
    wait(5, {1});
    orders.ignore_all();
    enter({2});
    EXPECT_EQ(orders.task_for(2).attempt, 2);
    orders.ignore_all();
}

TEST_F(Failures, ANamedRowIsGivenUpAfterThreeAttemptsAndItsBlockStored) {
    begin(3, 30);
    enter({1, 2, 3});
    int attempts = 0;
    const auto solved = play({1, 2, 3}, [&](int, const FactorsOf& task) -> Rows {
        if (!holds(task, 57) || empty(task, 57)) return std::nullopt;
        ++attempts;
        return Rows{{57, 57}};  // said twice, counted once
    });
    EXPECT_EQ(attempts, 3);
    EXPECT_TRUE(orchestrator->phase_done());
    orders.expect_row_failed(57, 3, "wrong sum");
    EXPECT_EQ(orchestrator->counters().rows_failed, 1);
    EXPECT_EQ(orchestrator->counters().blocks_abandoned, 0);
}

TEST_F(Failures, ARowNobodyNamesIsFoundByHalvingAndThenRowByRow) {
    begin(3, 1000);
    enter({1, 2, 3});
    int attempts = 0;
    std::uint64_t smallest = 1000;
    play({1, 2, 3}, [&](int, const FactorsOf& task) -> Rows {
        if (!holds(task, 5557) || empty(task, 5557)) return std::nullopt;
        ++attempts;
        smallest = std::min(smallest, task.blocks.count);
        EXPECT_TRUE(!task.row_by_row || task.blocks.count == 1);
        return task.row_by_row ? Rows{{5557}} : Rows{std::vector<std::uint64_t>{}};
    });
    EXPECT_TRUE(orchestrator->phase_done());
    EXPECT_EQ(smallest, 1);
    EXPECT_LT(attempts, 60);
    orders.expect_row_failed(5557, 3, "wrong sum");
}

TEST_F(Failures, ABlockNobodyCanSolveIsAbandonedAndTheRestDone) {
    begin(3, 30);
    enter({1, 2, 3});
    play({1, 2, 3}, [&](int, const FactorsOf& task) {
        return holds(task, 57) ? Rows{std::vector<std::uint64_t>{}} : Rows{};
    });
    EXPECT_TRUE(orchestrator->phase_done());
    EXPECT_EQ(orchestrator->blocks_done(), 29);
    EXPECT_EQ(orchestrator->counters().blocks_abandoned, 1);
    EXPECT_EQ(orders.events(Kind::block_abandoned).at(0).blocks, (BlockSpan{5, 1}));
    EXPECT_FALSE(orchestrator->hopeless());
}

TEST_F(Failures, WhenEverythingFailsItEnds) {
    begin(3, 1000);
    enter({1, 2, 3});
    play({1, 2, 3}, [&](int, const FactorsOf&) { return Rows{std::vector<std::uint64_t>{}}; });
    EXPECT_EQ(orchestrator->hopeless(),
              "16 blocks could not be solved by any worker; the last failure: wrong sum");
    EXPECT_FALSE(orchestrator->phase_done());
}

TEST_F(Failures, WhenEveryRowFailsItEndsToo) {
    limits.max_failed_rows = 50;
    begin(3, 1000);
    enter({1, 2, 3});
    play({1, 2, 3}, [&](int, const FactorsOf& task) -> Rows {
        std::vector<std::uint64_t> rows;
        for (auto row = task.blocks.first * 10; row < task.blocks.end() * 10; ++row) {
            if (!empty(task, row)) rows.push_back(row);
        }
        return rows.empty() ? Rows{} : Rows{rows};
    });
    EXPECT_TRUE(orchestrator->hopeless().value().ends_with(
        "numbers failed on every worker; the last failure: wrong sum"));
    orders.ignore_all();
}

TEST_F(Failures, NonsenseRowsNameNobody) {
    begin(1, 3);
    enter({1});
    int attempts = 0;
    play({1}, [&](int, const FactorsOf& task) -> Rows {
        if (task.blocks.first != 1) return std::nullopt;
        ++attempts;
        return Rows{{5, 30, ~std::uint64_t{0}}};  // before the task, behind the job, nowhere
    });
    EXPECT_EQ(attempts, 3 + 9);
    EXPECT_EQ(orchestrator->counters().blocks_abandoned, 1);
    EXPECT_EQ(orchestrator->counters().rows_failed, 0);
}

// The last chunk of block 0 needs rows of block 1: a bad one fails both tasks and is recorded once.
TEST_F(Failures, ARowOfAFollowingBlockIsRecordedWithItsOwnBlock) {
    begin(1, 3);
    enter({1});
    int attempts = 0;
    const auto solved = play({1}, [&](int, const FactorsOf& task) -> Rows {
        if (task.blocks.first > 1 || empty(task, 12)) return std::nullopt;
        ++attempts;
        return Rows{{12}};
    });
    orders.expect_row_failed(12, 3, "wrong sum");
    EXPECT_TRUE(orchestrator->phase_done());
    for (const auto& [rank, task] : solved) EXPECT_EQ(empty(task, 12), task.blocks.first < 2);
}

TEST_F(Failures, AResultThatFilledARowGivenUpMeanwhileIsDoneAgain) {
    limits.max_attempts = 1;
    begin(2, 2);
    enter({1, 2});
    const auto first = orders.task_for(1);
    const auto second = orders.task_for(2);
    fail(1, first, {12});
    EXPECT_FALSE(solve(2, second)) << "block 0 will be stored with row 12 empty";
    const auto solved = play({1, 2}, [](int, const FactorsOf&) { return Rows{}; });
    EXPECT_TRUE(orchestrator->phase_done());
    for (const auto& [rank, task] : solved) EXPECT_TRUE(empty(task, 12));
    orders.expect_row_failed(12, 1, "wrong sum");
}

TEST_F(Failures, ARowOfAStoredBlockIsNotGivenUp) {
    limits.max_attempts = 1;
    begin(2, 2);
    enter({1, 2});
    const auto first = orders.task_for(1);
    EXPECT_TRUE(solve(2, orders.task_for(2)));
    fail(1, first, {12});
    const auto again = orders.task_for(1);
    EXPECT_TRUE(again.failed_rows.empty());
    EXPECT_TRUE(again.row_by_row) << "a failure that named nothing of use";
    EXPECT_TRUE(solve(1, again));
}

TEST_F(Failures, RowsThatEarlierRunsRecordedStayEmptyAndAreNotRecordedAgain) {
    orchestrator = std::make_unique<Orchestrator>(limits, std::vector<int>{1}, orders, now);
    Phase phase;
    phase.blocks = 3;
    phase.block_rows = 10;
    phase.known_failed_rows = {5, 12, 25};
    orchestrator->begin_phase(
        phase, [](std::uint64_t block) { return block == 0; }, now);
    enter({1});
    const auto solved = play({1}, [](int, const FactorsOf&) { return Rows{}; });
    ASSERT_EQ(solved.size(), 2);
    EXPECT_EQ(solved[0].second.failed_rows, (std::vector<std::uint64_t>{12, 25}));
    EXPECT_EQ(solved[1].second.failed_rows, std::vector<std::uint64_t>{25});
    EXPECT_EQ(orchestrator->counters().rows_failed, 0);
}

TEST_F(Failures, AWorkerThatFailsWhatOthersSolveGetsNothingMore) {
    begin(2, 1000);
    enter({1, 2});
    int failed = 0;
    const auto solved = play({1, 2}, [&](int rank, const FactorsOf&) -> Rows {
        failed += rank == 1 ? 1 : 0;
        return rank == 1 ? Rows{std::vector<std::uint64_t>{}} : Rows{};
    });
    EXPECT_TRUE(orchestrator->phase_done());
    EXPECT_EQ(orders.events(Kind::worker_distrusted).at(0).rank, 1);
    EXPECT_LT(failed, 10);
    for (const auto& [rank, task] : solved) EXPECT_EQ(rank, 2);
}

TEST_F(Failures, ADistrustedWorkerIsBetterThanNone) {
    begin(2, 40);
    enter({1, 2});
    while (logged(Kind::worker_distrusted) == 0) {
        for (const auto& task : orders.tasks_for(1)) fail(1, task);
        for (const auto& task : orders.tasks_for(2)) solve(2, task);
    }
    orders.tasks_for(2);
    orchestrator->on_unregister(2, {}, now);
    play({1}, [](int, const FactorsOf&) { return Rows{}; });
    EXPECT_TRUE(orchestrator->phase_done());
}

}  // namespace
}  // namespace factorize::cluster
