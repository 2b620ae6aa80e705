#include "app/task_solver.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <set>
#include <span>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "jobs/factorization_codec.hpp"
#include "jobs/wrong_result.hpp"
#include "results/result_check.hpp"
#include "support/error_text.hpp"
#include "support/job_table.hpp"

namespace factorize::app {
namespace {

using cluster::FactorsOf;
using cluster::Job;
using cluster::JobKind;
using jobs::BlockSpan;
using jobs::Ranges;
using jobs::Store;
using jobs::TaskId;
using jobs::TaskResult;
using test::JobTable;

FactorsOf task_of(BlockSpan blocks, const std::set<std::uint64_t>& failed = {},
                  const JobTable* table = nullptr) {
    FactorsOf task;
    task.task = TaskId{100 + blocks.first};
    task.blocks = blocks;
    for (const std::uint64_t row : failed)
        if (table == nullptr || row >= table->layout.first_row(blocks.first)) task.failed_rows.push_back(row);
    return task;
}

/// Solves a job as tasks of `at_once` blocks, last one first, and compares what it decodes to.
void expect_solved(const Job& job, const JobTable& table, std::uint64_t at_once,
                   const std::set<std::uint64_t>& failed = {}) {
    std::atomic<std::uint64_t> progress = 0;
    TaskSolver solver(job, progress);
    test::DecodedTables decoded(table.layout, table.store);
    std::vector<BlockSpan> tasks = test::cut(table.layout.blocks(), at_once);
    for (auto blocks = tasks.rbegin(); blocks != tasks.rend(); ++blocks) {
        const std::uint64_t before = progress;
        const std::vector<std::byte> payload =
            job.kind == JobKind::lay_out_list ? table.lay_out_payload(*blocks) : std::vector<std::byte>{};
        const TaskResult result = solver.solve(task_of(*blocks, failed, &table), payload);
        EXPECT_EQ(result.task, TaskId{100 + blocks->first});
        EXPECT_NO_THROW((void)results::check_chunks(result, table.layout));
        for (const jobs::BlockResult& block : result.blocks) {
            EXPECT_EQ(block.first_factor, table.first_factor[table.first_row(block.block)]);
            EXPECT_EQ(block.first_factor + block.factors,
                      table.first_factor[table.first_row(block.block + 1)]);
        }
        decoded.add(result);
        EXPECT_GT(progress, before);
    }
    EXPECT_EQ(decoded.chunks(), 3 * table.layout.blocks() + table.layout.factor_chunks());
    EXPECT_TRUE(decoded.read() == table.tables(failed)) << at_once << " blocks a task";
}

class SolverOfEveryStore : public testing::TestWithParam<Store> {};
INSTANTIATE_TEST_SUITE_P(TaskSolver, SolverOfEveryStore, testing::Values(Store::full, Store::half));

TEST_P(SolverOfEveryStore, RangesHoweverTheyAreCut) {
    const Ranges ranges({{1, 300}, {997, 1'100}, {720'700, 720'760}});
    for (const std::uint64_t chunk : {1U, 37U, 200U, 100'000U}) {
        const JobTable table = JobTable::of(ranges, GetParam(), 16, chunk);
        const Job job = test::range_job(ranges, table);
        for (const std::uint64_t at_once :
             {std::uint64_t{1}, std::uint64_t{2}, std::uint64_t{7}, table.layout.blocks()})
            expect_solved(job, table, at_once);
    }
}

TEST_P(SolverOfEveryStore, TheFirstExampleOfTheManual) {
    const Ranges ranges({{10'000'000, 10'001'000}});
    const JobTable table = JobTable::of(ranges, GetParam());
    expect_solved(test::range_job(ranges, table), table, 1);
    expect_solved(test::range_job(ranges, table), table, 10);
}

TEST_P(SolverOfEveryStore, RangesWithoutFactors) {
    for (const Ranges& ranges : {Ranges({{5, 5}}), Ranges({{1, 3}, {5, 5}, {7, 7}, {11, 11}})}) {
        const JobTable table = JobTable::of(ranges, GetParam(), 2);
        expect_solved(test::range_job(ranges, table), table, 1);
        expect_solved(test::range_job(ranges, table), table, table.layout.blocks());
    }
}

TEST_P(SolverOfEveryStore, FailedRowsLeaveGaps) {
    const Ranges ranges({{2, 100}, {500, 560}});
    const JobTable table = JobTable::of(ranges, GetParam(), 9, 40);
    const Job job = test::range_job(ranges, table);
    const std::set<std::uint64_t> failed{0, 8, 9, 10, 58, 59, 60, 61, 62, 63, 100, 159};
    for (const std::uint64_t at_once : {std::uint64_t{1}, std::uint64_t{3}, table.layout.blocks()})
        expect_solved(job, table, at_once, failed);
}

TEST_P(SolverOfEveryStore, RowByRowFindsNothingWhereAllIsWell) {
    const Ranges ranges({{2, 100}});
    const JobTable table = JobTable::of(ranges, GetParam(), 10, 40);
    std::atomic<std::uint64_t> progress = 0;
    TaskSolver solver(test::range_job(ranges, table), progress);
    FactorsOf task = task_of({0, table.layout.blocks()});
    task.row_by_row = true;
    test::DecodedTables decoded(table.layout, table.store);
    decoded.add(solver.solve(task, {}));
    EXPECT_TRUE(decoded.read() == table.tables());
}

TEST_P(SolverOfEveryStore, ATamperedCensusIsAWrongResult) {
    const Ranges ranges({{2, 100}, {200, 300}});
    const JobTable table = JobTable::of(ranges, GetParam(), 10, 40);
    Job job = test::range_job(ranges, table);
    job.census.below_range[0].sum += 1;
    std::atomic<std::uint64_t> progress = 0;
    TaskSolver solver(job, progress);
    const std::string text = test::text_of<jobs::CertificateError>([&] {
        (void)solver.solve(task_of({0, 3}), {});
    });
    EXPECT_EQ(text.rfind("wrong result: blocks 0 to 2 list ", 0), 0U) << text;
    // An error leaves nothing behind: the next task is solved as ever.
    test::DecodedTables decoded(table.layout, table.store);
    EXPECT_NO_THROW(decoded.add(solver.solve(task_of({12, 2}), {})));
}

/// Rows 0 to 199, of which the census says that row 98, the last of the first range, has other divisors than
/// it has.
const Ranges ranges_with_a_wrong_row({{2, 100}, {200, 300}});

Job job_with_a_wrong_row(const JobTable& table) {
    Job job = test::range_job(ranges_with_a_wrong_row, table);
    job.census.before_range[1].sum += 1;
    job.census.before_range[2].sum += 1;
    return job;
}

/// Fails at first without a name, then with that row's.
void expect_the_wrong_row_named(TaskSolver& solver, FactorsOf task) {
    EXPECT_THROW((void)solver.solve(task, {}), jobs::CertificateError);
    task.row_by_row = true;
    try {
        (void)solver.solve(task, {});
        ADD_FAILURE() << "solved";
    } catch (const jobs::RowsFailed& error) {
        EXPECT_EQ(error.rows(), (std::vector<std::uint64_t>{98}));
        EXPECT_EQ(error.first_number(), 100U);
        EXPECT_STREQ(error.what(), "100: wrong list of divisors");
    }
}

TEST_P(SolverOfEveryStore, RowByRowNamesTheRowThatFails) {
    const JobTable table = JobTable::of(ranges_with_a_wrong_row, GetParam(), 10, 40);
    std::atomic<std::uint64_t> progress = 0;
    TaskSolver solver(job_with_a_wrong_row(table), progress);
    FactorsOf task = task_of({9, 2});  // 92..111: rows 90 to 109
    expect_the_wrong_row_named(solver, task);
    // Once that row is given up, the rest is solved.
    task.failed_rows = {98};
    for (const bool row_by_row : {true, false}) {
        task.row_by_row = row_by_row;
        EXPECT_EQ(solver.solve(task, {}).blocks.size(), 2U);
    }
}

// It belongs to another block, and to the chunk that the task fills.
TEST_P(SolverOfEveryStore, RowByRowNamesTheRowBehindTheTask) {
    const JobTable table = JobTable::of(ranges_with_a_wrong_row, GetParam(), 10, 400);
    std::atomic<std::uint64_t> progress = 0;
    TaskSolver solver(job_with_a_wrong_row(table), progress);
    FactorsOf task = task_of({0, 1});
    expect_the_wrong_row_named(solver, task);
    task.failed_rows = {98};
    for (const bool row_by_row : {true, false}) {
        task.row_by_row = row_by_row;
        EXPECT_EQ(solver.solve(task, {}).blocks.size(), 1U);
    }
}

TEST(TaskSolver, SolvesTheTopOf64Bits) {
    const Ranges ranges({{test::top_numbers()[5].number, UINT64_MAX}});
    std::vector<std::uint64_t> factors;
    for (std::size_t i = 5; i < 10; ++i) {
        const auto list = test::listed_of_product(test::top_numbers()[i].primes, Store::full);
        factors.insert(factors.end(), list.begin(), list.end());
    }
    const jobs::Layout layout{.rows = 5, .factors = factors.size(), .block_rows = 3, .factor_chunk = 64};
    const Job job{.kind = JobKind::list_ranges,
                  .store = Store::full,
                  .layout = layout,
                  .ranges = ranges.all(),
                  .census = jobs::RangeCensus(ranges, Store::full).table()};
    std::atomic<std::uint64_t> progress = 0;
    TaskSolver solver(job, progress);
    test::DecodedTables decoded(layout, Store::full);
    decoded.add(solver.solve(task_of({1, 1}), {}));
    decoded.add(solver.solve(task_of({0, 1}), {}));
    EXPECT_EQ(decoded.read().factors, factors);
}

std::vector<std::uint64_t> mixed_list() {
    std::vector<std::uint64_t> list{12, 7, 1, 720'720, 36, 36, 13, 1'000'000, 2, 1, 999'983};
    list.insert(list.end(), 60, 999'983);  // a long run without divisors
    for (std::uint64_t n = 97'200'000; n < 97'200'040; ++n) list.push_back(n);
    list.insert(list.end(), {4, 4'294'967'297, 12, 9, 3, 3});
    return list;
}

Job list_job(JobKind kind, const JobTable& table) {
    return {.kind = kind, .store = table.store, .layout = table.layout, .ranges = {}, .census = {}};
}

TEST_P(SolverOfEveryStore, ListsHoweverTheyAreCut) {
    for (const std::uint64_t chunk : {1U, 37U, 100'000U}) {
        const JobTable table(mixed_list(), GetParam(), 7, chunk);
        for (const std::uint64_t at_once : {std::uint64_t{1}, std::uint64_t{4}, table.layout.blocks()})
            expect_solved(list_job(JobKind::lay_out_list, table), table, at_once);
    }
}

TEST_P(SolverOfEveryStore, ListsOfOnesAndPrimes) {
    const JobTable table({1, 2, 1, 3, 999'983, 1}, GetParam(), 4);
    expect_solved(list_job(JobKind::lay_out_list, table), table, 1);
    expect_solved(list_job(JobKind::lay_out_list, table), table, 2);
}

TEST_P(SolverOfEveryStore, ListsRowByRow) {
    const JobTable table(mixed_list(), GetParam(), 7, 50);
    std::atomic<std::uint64_t> progress = 0;
    TaskSolver solver(list_job(JobKind::lay_out_list, table), progress);
    FactorsOf task = task_of({0, table.layout.blocks()});
    task.row_by_row = true;
    test::DecodedTables decoded(table.layout, table.store);
    decoded.add(solver.solve(task, table.lay_out_payload(task.blocks)));
    EXPECT_TRUE(decoded.read() == table.tables());
}

TEST_P(SolverOfEveryStore, NumbersOfAListAreFactored) {
    const JobTable table(mixed_list(), GetParam(), 7);
    std::atomic<std::uint64_t> progress = 0;
    TaskSolver solver(list_job(JobKind::factor_list, table), progress);
    for (const BlockSpan blocks : test::cut(table.layout.blocks(), 3)) {
        const std::uint64_t first = table.first_row(blocks.first);
        const std::uint64_t end = table.first_row(blocks.end());
        const auto numbers = std::as_bytes(std::span(table.numbers).subspan(first, end - first));
        const std::uint64_t failed = first + 1;
        const TaskResult result = solver.solve(task_of(blocks, {failed}), numbers);
        EXPECT_NO_THROW((void)results::check_frames(result, table.layout.blocks()));
        std::span<const std::byte> rest(result.payload);
        std::uint64_t row = first;
        for (const jobs::Piece& piece : result.pieces) {
            std::vector<jobs::FactoredRow> rows;
            jobs::decode_factorizations(rest.first(piece.bytes), rows);
            rest = rest.subspan(piece.bytes);
            for (const jobs::FactoredRow& factored : rows) {
                EXPECT_EQ(factored.number, table.numbers[row]);
                EXPECT_EQ(factored.primes.has_value(), row != failed);
                if (factored.primes) {
                    EXPECT_EQ(*factored.primes, test::primes_of(factored.number));
                }
                ++row;
            }
        }
        EXPECT_EQ(row, end);
    }
    EXPECT_GT(progress, 0U);
}

}  // namespace
}  // namespace factorize::app
