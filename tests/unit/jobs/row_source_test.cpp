#include "jobs/row_source.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "jobs/error.hpp"
#include "jobs/list_task.hpp"
#include "jobs/little_endian.hpp"
#include "support/trial_division.hpp"

namespace factorize::jobs {
namespace {

/// The rows of a job with their lists by trial division.
struct Table {
    Table(std::vector<std::uint64_t> numbers_, Store store_, std::uint64_t block_rows)
        : numbers(std::move(numbers_)), store(store_) {
        for (const std::uint64_t n : numbers) {
            first_factor.push_back(layout.factors);
            lists.push_back(test::listed(n, store));
            layout.factors += lists.back().size();
        }
        layout.rows = numbers.size();
        layout.block_rows = block_rows;
        layout.factor_chunk = std::min<std::uint64_t>(16, layout.factors);
    }

    [[nodiscard]] std::uint64_t rows_in(BlockSpan blocks) const {
        std::uint64_t rows = 0;
        for (std::uint64_t block = blocks.first; block < blocks.end(); ++block) rows += layout.rows_in(block);
        return rows;
    }
    /// The task's payload: frames of its blocks, then of the rows that follow and list something.
    [[nodiscard]] std::vector<std::byte> payload(BlockSpan blocks, std::uint64_t following) const {
        std::vector<std::byte> bytes;
        const std::uint64_t first = layout.first_row(blocks.first);
        put_u64(first_factor[first], bytes);
        for (std::uint64_t block = blocks.first; block < blocks.end(); ++block)
            put_frame(frame(layout.first_row(block), layout.rows_in(block)), bytes);
        put_frame(frame(first + rows_in(blocks), following), bytes);
        return bytes;
    }
    [[nodiscard]] std::vector<std::byte> frame(std::uint64_t first_row, std::uint64_t count) const {
        std::vector<FactoredRow> factored;
        for (std::uint64_t row = first_row; row < first_row + count; ++row)
            factored.push_back({numbers[row], test::primes_of(numbers[row])});
        std::vector<std::byte> bytes;
        encode_factorizations(factored, store, bytes);
        return bytes;
    }

    std::vector<std::uint64_t> numbers;
    Store store;
    Layout layout;
    std::vector<std::uint64_t> first_factor;
    std::vector<std::vector<std::uint64_t>> lists;
};

std::vector<std::uint64_t> numbers_of(const Ranges& ranges) {
    std::vector<std::uint64_t> numbers;
    for (std::uint64_t row = 0; row < ranges.rows(); ++row) numbers.push_back(ranges.number_at(row));
    return numbers;
}

/// Takes the next rows of a source, skipping what is to be skipped, and compares each with the table.
/// @return what the rows appended add up to, by the table
Census expect_rows(const Table& table, RowSource& source, std::uint64_t row, std::uint64_t count,
                   const std::vector<std::uint64_t>& failed) {
    std::vector<std::uint64_t> appended;
    while (count > 0) {
        const std::uint64_t run = source.run(count);
        EXPECT_LE(run, count);
        if (run == 0) {
            EXPECT_TRUE(std::ranges::binary_search(failed, row)) << row;
            const EmptyRow empty = source.skip();
            EXPECT_EQ(empty.number, table.numbers[row]);
            EXPECT_EQ(empty.reserved, table.lists[row].size());
            ++row;
            --count;
            continue;
        }
        Rows rows;
        source.append(run, rows);
        EXPECT_EQ(rows.numbers.size(), run);
        EXPECT_EQ(rows.counts.size(), run);
        EXPECT_TRUE(table.store == Store::full ? rows.half.empty() : rows.full.empty());
        const std::vector<std::uint64_t> divisors =
            table.store == Store::full ? rows.full
                                       : std::vector<std::uint64_t>(rows.half.begin(), rows.half.end());
        auto next = divisors.begin();
        for (std::uint64_t i = 0; i < run; ++i, ++row) {
            EXPECT_FALSE(std::ranges::binary_search(failed, row)) << row;
            EXPECT_EQ(rows.numbers[i], table.numbers[row]);
            const std::vector<std::uint64_t> list(next, next + rows.counts[i]);
            EXPECT_EQ(list, table.lists[row]) << table.numbers[row];
            next += rows.counts[i];
            appended.push_back(table.numbers[row]);
        }
        EXPECT_EQ(next, divisors.end());
        count -= run;
    }
    return test::census_of_lists(appended, table.store);
}

class SourceOfEveryStore : public testing::TestWithParam<Store> {};
INSTANTIATE_TEST_SUITE_P(RowSource, SourceOfEveryStore, testing::Values(Store::full, Store::half));

struct RangeCase {
    RangeCase(const std::vector<Range>& all, Store store, std::uint64_t block_rows)
        : ranges(all),
          table(numbers_of(ranges), store, block_rows),
          source(ranges, RangeCensus(ranges, store).table(), table.layout, store) {}

    /// A task's rows, and its census; nothing behind it.
    void expect_task(BlockSpan blocks, const std::vector<std::uint64_t>& failed) {
        const std::uint64_t row = table.layout.first_row(blocks.first);
        EXPECT_EQ(source.begin(blocks, failed), table.first_factor[row]);
        const Census sums = expect_rows(table, source, row, table.rows_in(blocks), failed);
        EXPECT_EQ(source.expected(), sums) << blocks.first << "+" << blocks.count;
    }

    Ranges ranges;
    Table table;
    RangeRows source;
};

// Every task there can be, one after the other from the same object.
TEST_P(SourceOfEveryStore, RangesInEveryTask) {
    RangeCase job({{1, 1}, {3, 21}, {24, 24}, {97, 110}, {720'718, 720'723}}, GetParam(), 5);
    const std::uint64_t blocks = job.table.layout.blocks();
    for (std::uint64_t first = 0; first < blocks; ++first)
        for (std::uint64_t count = 1; first + count <= blocks; ++count) job.expect_task({first, count}, {});
}

TEST_P(SourceOfEveryStore, RangesWithRowsToBeSkipped) {
    RangeCase job({{1, 30}, {97, 110}, {720'718, 720'723}}, GetParam(), 7);
    const std::uint64_t rows = job.table.layout.rows;
    const std::vector<std::vector<std::uint64_t>> sets{
        {0}, {rows - 1}, {3, 4, 5}, {6, 7, 29, 30}, {11, 46}, {0, 1, 2, 3, 4, 5, 6}};
    for (const std::vector<std::uint64_t>& failed : sets)
        for (const BlockSpan blocks :
             {BlockSpan{0, job.table.layout.blocks()}, BlockSpan{0, 2}, BlockSpan{4, 2}}) {
            std::vector<std::uint64_t> in_or_behind;  // none lies before a task
            for (const std::uint64_t row : failed)
                if (row >= job.table.layout.first_row(blocks.first)) in_or_behind.push_back(row);
            job.expect_task(blocks, in_or_behind);
        }
    std::vector<std::uint64_t> all;
    for (std::uint64_t row = 0; row < rows; ++row) all.push_back(row);
    job.expect_task({0, job.table.layout.blocks()}, all);
    job.expect_task({2, 1}, {});  // the failures of one task are not those of the next
}

TEST_P(SourceOfEveryStore, RangesGoOnBehindTheTask) {
    RangeCase job({{2, 40}, {97, 110}}, GetParam(), 8);
    const std::vector<std::uint64_t> failed{17, 18, 25, 52};
    ASSERT_EQ(job.source.begin({1, 1}, failed), job.table.first_factor[8]);
    Census sums = expect_rows(job.table, job.source, 8, 8, failed);
    std::uint64_t row = 16;
    while (const std::uint64_t count = job.source.following(10)) {
        ASSERT_LE(row + count, job.table.layout.rows);
        EXPECT_LE(count, job.table.layout.block_rows) << "bounded, whatever is missing";
        sums = sums + expect_rows(job.table, job.source, row, count, failed);
        EXPECT_EQ(job.source.expected(), sums) << "up to row " << row + count;
        row += count;
    }
    EXPECT_EQ(row, job.table.layout.rows) << "nothing follows at the end of the job only";
}

TEST(RangeRows, NothingFollowsTheLastTask) {
    RangeCase job({{5, 20}}, Store::full, 4);
    job.expect_task({3, 1}, {});
    EXPECT_EQ(job.source.following(1'000'000), 0U);
    RangeCase primes({{2, 3}}, Store::full, 1);  // no factor at all
    primes.expect_task({0, 1}, {});
    EXPECT_EQ(primes.source.following(1), 1U);
}

TEST_P(SourceOfEveryStore, RangesUpToTheLargestNumber) {
    const std::vector<test::Known>& known = test::top_numbers();
    const Ranges ranges({{known[4].number, UINT64_MAX}});
    const RangeCensus census(ranges, GetParam());
    const Layout layout{.rows = 6,
                        .factors = static_cast<std::uint64_t>(census.total().factors),
                        .block_rows = 4,
                        .factor_chunk = 16};
    RangeRows source(ranges, census.table(), layout, GetParam());
    std::vector<std::uint64_t> wanted;
    for (std::size_t i = 4; i < known.size(); ++i) {
        if (i == 8) continue;  // 2^64-2 is the one to be skipped
        const std::vector<std::uint64_t> list = test::listed_of_product(known[i].primes, GetParam());
        wanted.insert(wanted.end(), list.begin(), list.end());
    }
    const std::vector<std::uint64_t> failed{4};
    EXPECT_EQ(source.begin({0, 2}, failed), 0U);
    Rows rows;
    source.append(source.run(6), rows);
    const EmptyRow skipped = source.skip();
    EXPECT_EQ(skipped.number, known[8].number);
    EXPECT_EQ(skipped.reserved, test::listed_of_product(known[8].primes, GetParam()).size());
    source.append(source.run(1), rows);
    std::vector<std::uint64_t> found = rows.full;
    found.insert(found.end(), rows.half.begin(), rows.half.end());
    EXPECT_EQ(found, wanted);
    EXPECT_EQ(source.expected(), census_of(rows));
    EXPECT_EQ(source.following(1), 0U);
}

TEST(RangeRows, ATamperedTableIsNoticedByTheCensus) {
    const Ranges ranges({{2, 60}, {100, 160}});
    CensusTable table = RangeCensus(ranges, Store::full).table();
    table.before_range[1].sum += 1;
    const Layout layout{.rows = 120, .factors = 1'000, .block_rows = 120, .factor_chunk = 1'000};
    RangeRows source(ranges, table, layout, Store::full);
    Rows rows;
    (void)source.begin({0, 1}, {});
    source.append(100, rows);
    EXPECT_NE(source.expected(), census_of(rows));
}

std::vector<std::uint64_t> mixed_list() {
    return {12, 7, 1,  720'720, 36,  36, 13, 1'000'000, 2, 1, 999'983, 97'200'000, 4, 4'294'967'297,
            12, 9, 49, 30,      561, 3,  3,  3,         3, 8};
}

TEST_P(SourceOfEveryStore, ListsInEveryTask) {
    const Table table(mixed_list(), GetParam(), 5);
    const std::uint64_t blocks = table.layout.blocks();
    for (std::uint64_t first = 0; first < blocks; ++first)
        for (std::uint64_t count = 1; first + count <= blocks; ++count) {
            const std::uint64_t row = table.layout.first_row(first);
            const std::uint64_t rows = table.rows_in({first, count});
            const std::vector<std::byte> payload = table.payload({first, count}, 0);
            ListRows source(payload, table.layout, GetParam());
            EXPECT_EQ(source.begin({first, count}, {}), table.first_factor[row]);
            const Census sums = expect_rows(table, source, row, rows, {});
            EXPECT_EQ(source.expected(), sums);
        }
}

TEST_P(SourceOfEveryStore, ListsWithRowsToBeSkipped) {
    const Table table(mixed_list(), GetParam(), 6);
    const std::vector<std::uint64_t> failed{0, 3, 4, 12, 17, 23};
    const std::vector<std::byte> payload = table.payload({0, table.layout.blocks()}, 0);
    ListRows source(payload, table.layout, GetParam());
    EXPECT_EQ(source.begin({0, table.layout.blocks()}, failed), 0U);
    const Census sums = expect_rows(table, source, 0, table.layout.rows, failed);
    EXPECT_EQ(source.expected(), sums);
}

TEST_P(SourceOfEveryStore, ListsGoOnBehindTheTaskOnce) {
    const Table table(mixed_list(), GetParam(), 6);
    const std::vector<std::uint64_t> failed{14};  // behind the task: says nothing about the rows sent
    const std::vector<std::byte> payload = table.payload({1, 1}, 4);
    ListRows source(payload, table.layout, GetParam());
    EXPECT_EQ(source.begin({1, 1}, failed), table.first_factor[6]);
    Census sums = expect_rows(table, source, 6, 6, {});
    ASSERT_EQ(source.following(1), 4U);
    EXPECT_EQ(source.run(4), 4U);
    sums = sums + expect_rows(table, source, 12, 4, {});
    EXPECT_EQ(source.expected(), sums);
    EXPECT_EQ(source.following(1), 0U);
    EXPECT_EQ(source.following(1), 0U);
}

TEST_P(SourceOfEveryStore, ARowOfAListWithoutFactorizationIsEmpty) {
    std::vector<std::byte> frame;
    encode_factorizations(
        std::vector<FactoredRow>{{12, test::primes_of(12)}, {35, {}}, {9, test::primes_of(9)}}, GetParam(),
        frame);
    std::vector<std::byte> payload;
    put_u64(5, payload);
    put_frame(frame, payload);
    const Layout layout{.rows = 3, .factors = 9, .block_rows = 3, .factor_chunk = 9};
    ListRows source(payload, layout, GetParam());
    const std::vector<std::uint64_t> failed{1};
    EXPECT_EQ(source.begin({0, 1}, failed), 5U);
    Rows rows;
    source.append(source.run(3), rows);
    const EmptyRow empty = source.skip();
    EXPECT_EQ(empty.number, 35U);
    EXPECT_EQ(empty.reserved, 0U);
    source.append(1, rows);
    EXPECT_EQ(rows.numbers, (std::vector<std::uint64_t>{12, 9}));
    EXPECT_EQ(source.expected(), test::census_of_lists(rows.numbers, GetParam()));
}

TEST(ListRows, RefuseAPayloadThatEndsTooSoon) {
    const Table table(mixed_list(), Store::full, 6);
    const std::vector<std::byte> payload = table.payload({0, 2}, 3);
    for (std::size_t length = 0; length < payload.size(); ++length) {
        const std::vector<std::byte> cut(payload.begin(), payload.begin() + static_cast<long>(length));
        ListRows source(cut, table.layout, Store::full);
        const auto take_all = [&] {
            (void)source.begin({0, 2}, {});
            Rows rows;
            source.append(6, rows);
            source.append(6, rows);
            (void)source.following(1);
        };
        EXPECT_THROW(take_all(), StorageError) << length;
    }
}

TEST(ListRows, RefuseAFrameWithTooFewRows) {
    const Table table(mixed_list(), Store::full, 6);
    std::vector<std::byte> payload;
    put_u64(0, payload);
    put_frame(table.frame(0, 0), payload);
    ListRows source(payload, table.layout, Store::full);
    (void)source.begin({0, 1}, {});
    Rows rows;
    EXPECT_THROW(source.append(1, rows), std::exception);
}

}  // namespace
}  // namespace factorize::jobs
