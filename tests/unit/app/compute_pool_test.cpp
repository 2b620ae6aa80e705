#include "app/compute_pool.hpp"

#include <cstdint>
#include <memory>
#include <set>
#include <thread>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "support/job_table.hpp"

namespace factorize::app {
namespace {

using cluster::DispatchResults;
using cluster::FactorsOf;
using cluster::Job;
using cluster::TaskFailed;
using jobs::Ranges;
using jobs::Store;
using jobs::TaskId;

FactorsOf task_of(std::uint64_t id, jobs::BlockSpan blocks, std::uint32_t attempt = 1) {
    FactorsOf task;
    task.task = TaskId{id};
    task.blocks = blocks;
    task.attempt = attempt;
    return task;
}

Outcome next_outcome(ComputePool& pool) {
    for (;;) {
        if (std::optional<Outcome> outcome = pool.poll()) return std::move(*outcome);
        std::this_thread::yield();
    }
}

TEST(ComputePool, SolvesEveryTaskOnce) {
    const Ranges ranges({{1, 2'000}, {50'000, 51'000}});
    const test::JobTable table = test::JobTable::of(ranges, Store::full, 16, 100);
    const auto job = std::make_shared<const Job>(test::range_job(ranges, table));
    for (const unsigned threads : {1U, 3U}) {
        ComputePool pool(threads);
        EXPECT_FALSE(pool.poll().has_value());
        EXPECT_EQ(pool.progress(), 0U);
        const std::vector<jobs::BlockSpan> tasks = test::cut(table.layout.blocks(), 3);
        for (std::uint64_t id = 0; id < tasks.size(); ++id) pool.submit(job, task_of(id, tasks[id], 7), {});
        test::DecodedTables decoded(table.layout, table.store);
        std::set<TaskId> seen;
        std::uint64_t progress = 0;
        while (seen.size() < tasks.size()) {
            const Outcome outcome = next_outcome(pool);
            const auto& message = std::get<DispatchResults>(outcome.message);
            EXPECT_TRUE(seen.insert(message.result.task).second);
            EXPECT_EQ(message.attempt, 7U);
            EXPECT_EQ(message.payload_bytes, message.result.payload.size());
            EXPECT_EQ(message.result.seconds, outcome.seconds);
            EXPECT_GT(outcome.seconds, 0);
            decoded.add(message.result);
            EXPECT_GE(pool.progress(), progress);
            progress = pool.progress();
        }
        EXPECT_GE(progress, table.layout.blocks()) << "at least once a block";
        EXPECT_FALSE(pool.poll().has_value());
        EXPECT_TRUE(decoded.read() == table.tables());
    }
}

TEST(ComputePool, TakesTasksOfOneJobAfterAnother) {
    const Ranges first({{1, 100}});
    const Ranges second({{1'000, 1'100}});
    const test::JobTable table_of_first = test::JobTable::of(first, Store::full, 101, 50);
    const test::JobTable table_of_second = test::JobTable::of(second, Store::half, 101, 50);
    ComputePool pool(1);
    for (int round = 0; round < 3; ++round) {
        pool.submit(std::make_shared<const Job>(test::range_job(first, table_of_first)), task_of(1, {0, 1}),
                    {});
        pool.submit(std::make_shared<const Job>(test::range_job(second, table_of_second)), task_of(2, {0, 1}),
                    {});
        for (const test::JobTable* table : {&table_of_first, &table_of_second}) {
            test::DecodedTables decoded(table->layout, table->store);
            decoded.add(std::get<DispatchResults>(next_outcome(pool).message).result);
            EXPECT_TRUE(decoded.read() == table->tables());
        }
    }
}

TEST(ComputePool, RelaysWhatFails) {
    const Ranges ranges({{2, 100}, {200, 300}});
    const test::JobTable table = test::JobTable::of(ranges, Store::full, 10, 40);
    Job wrong = test::range_job(ranges, table);
    wrong.census.before_range[1].sum += 1;
    wrong.census.before_range[2].sum += 1;
    const auto job = std::make_shared<const Job>(wrong);
    ComputePool pool(1);
    pool.submit(job, task_of(5, {9, 2}), {});
    const auto unknown = std::get<TaskFailed>(next_outcome(pool).message);
    EXPECT_EQ(unknown.task, TaskId{5});
    EXPECT_EQ(unknown.number, 0U);
    EXPECT_TRUE(unknown.rows.empty());
    EXPECT_EQ(unknown.text.rfind("wrong result: blocks 9 to 10 list ", 0), 0U) << unknown.text;

    FactorsOf task = task_of(6, {9, 2});
    task.row_by_row = true;
    pool.submit(job, task, {});
    const auto named = std::get<TaskFailed>(next_outcome(pool).message);
    EXPECT_EQ(named.task, TaskId{6});
    EXPECT_EQ(named.number, 100U);
    EXPECT_EQ(named.rows, (std::vector<std::uint64_t>{98}));
    EXPECT_EQ(named.text, "100: wrong list of divisors");

    pool.submit(job, task_of(7, {0, 1}), {});  // and goes on
    EXPECT_TRUE(std::holds_alternative<DispatchResults>(next_outcome(pool).message));
}

TEST(ComputePool, RelaysAPayloadThatIsTooShort) {
    const test::JobTable table({12, 30, 7, 9}, Store::full, 2);
    const auto job = std::make_shared<const Job>(Job{.kind = cluster::JobKind::lay_out_list,
                                                     .store = table.store,
                                                     .layout = table.layout,
                                                     .ranges = {},
                                                     .census = {}});
    ComputePool pool(2);
    std::vector<std::byte> payload = table.lay_out_payload({0, 2});
    payload.resize(payload.size() / 2);
    pool.submit(job, task_of(1, {0, 2}), payload);
    EXPECT_EQ(std::get<TaskFailed>(next_outcome(pool).message).text,
              "the payload of a list's task is too short");
}

// Nobody waits for work that nobody will fetch.
TEST(ComputePool, DropsWhatIsQueuedWhenItCloses) {
    const Ranges ranges({{1, 100'000}});
    const jobs::RangeCensus census(ranges, Store::full);
    const jobs::Layout layout =
        jobs::make_layout(ranges.rows(), static_cast<std::uint64_t>(census.total().factors));
    const auto job = std::make_shared<const Job>(Job{.kind = cluster::JobKind::list_ranges,
                                                     .store = Store::full,
                                                     .layout = layout,
                                                     .ranges = ranges.all(),
                                                     .census = census.table()});
    {
        ComputePool pool(2);
        for (std::uint64_t id = 0; id < 100'000; ++id)
            pool.submit(job, task_of(id, {id % layout.blocks(), 1}), {});
    }
    EXPECT_EQ(job.use_count(), 1) << "every thread is gone, with what it held";
    const ComputePool idle(3);
}

}  // namespace
}  // namespace factorize::app
