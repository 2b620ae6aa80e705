// Both phases of a list and the one of a range, between real spool, journal and result file; their tasks are
// solved as a worker would.
#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "app/divisor_phase.hpp"
#include "app/factor_phase.hpp"
#include "app/task_solver.hpp"
#include "jobs/factorization_codec.hpp"
#include "jobs/list_task.hpp"
#include "results/result_check.hpp"
#include "results/result_creator.hpp"
#include "support/job_table.hpp"
#include "support/temporary_directory.hpp"

namespace factorize::app {
namespace {

using jobs::BlockSpan;
using jobs::FactoredRow;
using jobs::Store;
using jobs::TaskResult;
using test::JobTable;

cluster::FactorsOf task_of(const cluster::Phase& plan, BlockSpan blocks) {
    cluster::FactorsOf task;
    task.blocks = blocks;
    for (const std::uint64_t row : plan.known_failed_rows)
        if (row >= blocks.first * plan.block_rows) task.failed_rows.push_back(row);
    return task;
}

TaskResult solve(Phase& phase, BlockSpan blocks, const std::vector<std::uint64_t>& failed_rows = {}) {
    std::atomic<std::uint64_t> progress = 0;
    TaskSolver solver(phase.job(), progress);
    cluster::FactorsOf task = task_of(phase.plan(), blocks);
    task.failed_rows.insert(task.failed_rows.end(), failed_rows.begin(), failed_rows.end());
    const std::vector<std::byte> payload = phase.payload(blocks);
    return solver.solve(task, payload);
}

/// A list on its way through both phases.
class ListPhases : public testing::TestWithParam<Store> {
protected:
    void begin(const std::vector<std::uint64_t>& numbers, std::uint64_t block_rows,
               std::uint64_t factor_chunk) {
        table_.emplace(numbers, GetParam(), block_rows, factor_chunk);
        std::ofstream spool(directory_ / "spool", std::ios::binary);
        const std::uint64_t rows = numbers.size();
        spool << jobs::spool_magic;
        spool.write(reinterpret_cast<const char*>(&rows), sizeof(rows));
        spool.write(reinterpret_cast<const char*>(numbers.data()), static_cast<long>(8 * numbers.size()));
        spool.close();
        spool_.emplace(directory_ / "spool");
        open_journal();
    }
    void open_journal() {
        journal_.reset();
        journal_.emplace(
            directory_ / "journal",
            results::JournalHeader{
                .job = "list", .rows = table_->layout.rows, .block_rows = table_->layout.block_rows});
    }
    [[nodiscard]] jobs::Layout rows_only() const {
        return {.rows = table_->layout.rows,
                .factors = 0,
                .block_rows = table_->layout.block_rows,
                .factor_chunk = 0};
    }
    [[nodiscard]] FactorPhase factor_phase() { return {*spool_, *journal_, rows_only(), GetParam()}; }

    /// The first phase, complete. @return first_factors()
    std::vector<std::uint64_t> factor_all(const std::vector<std::uint64_t>& failed_rows = {}) {
        FactorPhase phase = factor_phase();
        for (const std::uint64_t row : failed_rows) phase.record_failure(row, 3, "wrong factorization");
        for (const BlockSpan blocks : test::cut(table_->layout.blocks(), 3))
            phase.store(phase.check(solve(phase, blocks)), 1, 1);
        phase.commit();
        return phase.first_factors();
    }

    [[nodiscard]] results::JobDescription description() const {
        return {.job = "list", .store = GetParam(), .layout = table_->layout};
    }
    results::ResultWriter open_result() {
        results::create_result_file(directory_ / "factors.h5", description(), {}, true);
        return {directory_ / "factors.h5", description(), {}};
    }

    test::TemporaryDirectory directory_;
    std::optional<JobTable> table_;
    std::optional<jobs::NumberSpool> spool_;
    std::optional<results::Journal> journal_;
};
INSTANTIATE_TEST_SUITE_P(Phases, ListPhases, testing::Values(Store::full, Store::half));

std::vector<std::uint64_t> mixed_list() {
    std::vector<std::uint64_t> list{12, 7, 1, 720'720, 36, 36, 13, 1'000'000, 2, 1, 999'983};
    list.insert(list.end(), 100, 999'983);  // a long run without divisors
    for (std::uint64_t n = 97'200'000; n < 97'200'040; ++n) list.push_back(n);
    list.insert(list.end(), {4, 4'294'967'297, 12, 9, 3, 3});
    return list;
}

TEST_P(ListPhases, TheFirstOneFillsTheJournal) {
    begin(mixed_list(), 7, 50);
    FactorPhase phase = factor_phase();
    EXPECT_EQ(phase.job().kind, cluster::JobKind::factor_list);
    EXPECT_EQ(phase.job().store, GetParam());
    EXPECT_EQ(phase.plan().blocks, table_->layout.blocks());
    EXPECT_EQ(phase.plan().block_rows, 7U);
    EXPECT_FALSE(phase.is_done(0));
    for (const BlockSpan blocks : test::cut(table_->layout.blocks(), 4))
        phase.store(phase.check(solve(phase, blocks)), 1, 1);
    phase.commit();
    EXPECT_TRUE(journal_->is_complete());
    std::vector<std::uint64_t> first_factors;
    for (std::uint64_t block = 0; block <= table_->layout.blocks(); ++block) {
        first_factors.push_back(table_->first_factor[table_->first_row(block)]);
    }
    EXPECT_EQ(phase.first_factors(), first_factors);
    EXPECT_TRUE(phase.failures().empty());
}

TEST_P(ListPhases, TheFirstOneGoesOnWithAnEarlierRunsJournal) {
    begin(mixed_list(), 7, 50);
    const std::vector<std::uint64_t> failed{9, 22};
    {
        FactorPhase phase = factor_phase();
        phase.store(phase.check(solve(phase, {0, 2}, {9})), 1, 1);
        phase.store(phase.check(solve(phase, {3, 1}, {22})), 1, 1);
        phase.commit();
    }
    open_journal();
    FactorPhase phase = factor_phase();
    for (std::uint64_t block = 0; block < table_->layout.blocks(); ++block)
        EXPECT_EQ(phase.is_done(block), block < 2 || block == 3) << block;
    EXPECT_EQ(phase.plan().known_failed_rows, failed);
    ASSERT_EQ(phase.failures().size(), 2U);
    EXPECT_EQ(phase.failures().at(9).message, "failed in an earlier run");
    phase.store(phase.check(solve(phase, {2, 1})), 1, 1);
    phase.store(phase.check(solve(phase, {4, table_->layout.blocks() - 4})), 1, 1);
    EXPECT_TRUE(journal_->is_complete());
    std::uint64_t factors = 0;
    for (std::uint64_t row = 0; row < table_->layout.rows; ++row)
        if (row != 9 && row != 22) factors += table_->lists[row].size();
    EXPECT_EQ(phase.first_factors().back(), factors);
}

TEST_P(ListPhases, WhatIsKnownOfAnEarlierRunsFailureIsKept) {
    begin(mixed_list(), 7, 50);
    {
        FactorPhase phase = factor_phase();
        phase.store(phase.check(solve(phase, {0, 2}, {3, 9})), 1, 1);
        phase.commit();
    }
    open_journal();
    FactorPhase phase = factor_phase();
    phase.record_failure(22, 3, "wrong factorization");
    const auto rows = [&](const std::vector<results::Failure>& recorded) {
        std::vector<std::uint64_t> unrecorded;
        for (const auto& [row, failure] : phase.unrecorded_failures(recorded)) unrecorded.push_back(row);
        return unrecorded;
    };
    using Rows = std::vector<std::uint64_t>;
    EXPECT_EQ(rows({}), (Rows{3, 9, 22}));
    EXPECT_EQ(rows({{table_->numbers[3], 3, "the reason"}}), (Rows{9, 22}));
    EXPECT_EQ(rows({{table_->numbers[22], 3, "another time"}}), (Rows{3, 9, 22}));
    EXPECT_EQ(rows(std::vector<results::Failure>(results::failure_capacity)), Rows{22});
    EXPECT_EQ(phase.failures().size(), 3U) << "though none of them has factors";
}

TEST_P(ListPhases, ATasksPayloadIsItsNumbers) {
    begin(mixed_list(), 7, 50);
    FactorPhase phase = factor_phase();
    const std::uint64_t blocks = table_->layout.blocks();
    EXPECT_EQ(phase.payload({0, blocks}).size(), 8 * table_->layout.rows);
    const std::vector<std::byte> last = phase.payload({blocks - 1, 1});
    const auto numbers = std::as_bytes(std::span(table_->numbers).subspan(table_->first_row(blocks - 1)));
    EXPECT_TRUE(std::ranges::equal(last, numbers));
}

TEST_P(ListPhases, TheSecondOneLaysOutWhatTrialDivisionLists) {
    for (const std::uint64_t chunk : {1U, 50U, 100'000U}) {
        begin(mixed_list(), 7, chunk);
        const std::vector<std::uint64_t> first_factors = factor_all();
        results::ResultWriter writer = open_result();
        LayOutPhase phase(writer, table_->layout, GetParam(), *spool_, *journal_, first_factors, {});
        EXPECT_EQ(phase.job().kind, cluster::JobKind::lay_out_list);
        EXPECT_EQ(phase.job().layout, table_->layout);
        test::DecodedTables decoded(table_->layout, GetParam());
        for (const BlockSpan blocks : test::cut(table_->layout.blocks(), 2)) {
            const TaskResult result = solve(phase, blocks);
            decoded.add(result);
            phase.store(phase.check(result), 1, 1);
            EXPECT_FALSE(phase.is_done(blocks.first));
            phase.commit();
            EXPECT_TRUE(phase.is_done(blocks.first));
        }
        EXPECT_TRUE(decoded.read() == table_->tables());
        writer.close();
        std::filesystem::remove(directory_ / "journal");
    }
}

TEST_P(ListPhases, RowsThatFailedInTheFirstAreEmptyInTheSecond) {
    std::vector<std::uint64_t> numbers = mixed_list();
    begin(numbers, 7, 50);
    const std::vector<std::uint64_t> failed{3, 9, 115};
    const std::vector<std::uint64_t> first_factors = factor_all(failed);
    // What failed lists nothing: as if it were a prime.
    for (const std::uint64_t row : failed) numbers[row] = 7;
    JobTable wanted(numbers, GetParam(), 7, 50);
    table_->layout = wanted.layout;
    test::Tables tables = wanted.tables();
    tables.numbers = table_->numbers;

    results::ResultWriter writer = open_result();
    LayOutPhase phase(writer, wanted.layout, GetParam(), *spool_, *journal_, first_factors, failed);
    EXPECT_EQ(phase.plan().known_failed_rows, failed);
    test::DecodedTables decoded(wanted.layout, GetParam());
    for (const BlockSpan blocks : test::cut(wanted.layout.blocks(), 3)) decoded.add(solve(phase, blocks));
    EXPECT_TRUE(decoded.read() == tables);
    phase.record_failure(3, 3, "wrong factorization");
    phase.commit();
    EXPECT_EQ(writer.failures(), 1U);
    writer.close();
}

/// The rows that travel behind a task.
std::vector<FactoredRow> following(std::span<const std::byte> payload, std::uint64_t blocks) {
    (void)jobs::take_first_factor(payload);
    for (; blocks > 0; --blocks) (void)jobs::take_frame(payload);
    std::vector<FactoredRow> rows;
    jobs::decode_factorizations(jobs::take_frame(payload), rows);
    EXPECT_TRUE(payload.empty());
    return rows;
}

TEST_P(ListPhases, OnlyRowsThatFillTheLastChunkFollowATask) {
    begin(mixed_list(), 7, 50);
    const std::vector<std::uint64_t> first_factors = factor_all();
    results::ResultWriter writer = open_result();
    LayOutPhase phase(writer, table_->layout, GetParam(), *spool_, *journal_, first_factors, {});
    bool any = false;
    for (std::uint64_t block = 0; block < table_->layout.blocks(); ++block) {
        const std::vector<FactoredRow> rows = following(phase.payload({block, 1}), 1);
        // Those needed, by the table: from behind the block to the end of the last chunk that begins in it.
        const std::uint64_t first = table_->first_factor[table_->first_row(block)];
        const std::uint64_t end = table_->first_factor[table_->first_row(block + 1)];
        const std::uint64_t chunk = table_->layout.factor_chunk;
        const std::uint64_t last_begin = end == 0 ? 0 : (end - 1) / chunk * chunk;
        const bool owns = first < end && last_begin >= first;
        const std::uint64_t fill_to = owns ? std::min(last_begin + chunk, table_->layout.factors) : end;
        std::vector<std::uint64_t> wanted;
        for (std::uint64_t row = table_->first_row(block + 1); row < table_->layout.rows; ++row)
            if (table_->first_factor[row] < fill_to && !table_->lists[row].empty())
                wanted.push_back(table_->numbers[row]);
        std::vector<std::uint64_t> sent;
        for (const FactoredRow& row : rows) sent.push_back(row.number);
        EXPECT_EQ(sent, wanted) << "behind block " << block;
        EXPECT_LE(rows.size(), chunk);
        any = any || !rows.empty();
    }
    EXPECT_TRUE(any);
    EXPECT_TRUE(following(phase.payload({0, table_->layout.blocks()}), table_->layout.blocks()).empty());
    writer.close();
}

TEST_P(ListPhases, ADamagedFrameIsRefused) {
    begin({12, 30, 7, 9}, 2, 4);
    FactorPhase phase = factor_phase();
    TaskResult result = solve(phase, {0, 2});
    result.payload.back() ^= std::byte{1};
    EXPECT_THROW((void)phase.check(result), results::DamagedResult);
}

TEST(RangePhase, StoresWhatTrialDivisionLists) {
    const jobs::Ranges ranges({{2, 60}, {1'000, 1'100}});
    for (const Store store : {Store::full, Store::half}) {
        const test::TemporaryDirectory directory;
        const JobTable table = JobTable::of(ranges, store, 9, 40);
        const jobs::RangeCensus census(ranges, store);
        const results::JobDescription job{
            .job = "range " + ranges.text(), .store = store, .layout = table.layout};
        results::create_result_file(directory / "factors.h5", job, {}, false);
        results::ResultWriter writer(directory / "factors.h5", job, {});
        RangePhase phase(writer, table.layout, store, ranges, census);
        EXPECT_EQ(phase.job().ranges, ranges.all());
        EXPECT_TRUE(phase.payload({0, 1}).empty());
        test::DecodedTables decoded(table.layout, store);
        for (const BlockSpan blocks : test::cut(table.layout.blocks(), 4)) {
            TaskResult result = solve(phase, blocks);
            decoded.add(result);
            phase.store(phase.check(result), 1, 1);
            result.payload.front() ^= std::byte{1};
            EXPECT_THROW((void)phase.check(result), results::DamagedResult);
        }
        phase.record_failure(60, 3, "row 60 is 1001");
        phase.commit();
        EXPECT_TRUE(decoded.read() == table.tables());
        EXPECT_EQ(writer.committed_blocks(), table.layout.blocks());
        EXPECT_EQ(writer.failures(), 1U);
        writer.close();
        // A run that goes on with this file leaves the row as it was stored: empty.
        results::ResultWriter next_writer(directory / "factors.h5", job, {});
        EXPECT_EQ(RangePhase(next_writer, table.layout, store, ranges, census).plan().known_failed_rows,
                  std::vector<std::uint64_t>{60});
        next_writer.close();
    }
}

}  // namespace
}  // namespace factorize::app
