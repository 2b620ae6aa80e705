#include "jobs/list_task.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <gtest/gtest.h>
#include <xxhash.h>

#include "jobs/error.hpp"
#include "jobs/factorization_codec.hpp"
#include "jobs/little_endian.hpp"
#include "support/error_text.hpp"
#include "support/trial_division.hpp"

namespace factorize::jobs {
namespace {

/// Frame by frame, the bytes of a result.
std::vector<std::span<const std::byte>> frames_of(const TaskResult& result) {
    std::vector<std::span<const std::byte>> frames;
    std::span<const std::byte> rest(result.payload);
    for (const Piece& piece : result.pieces) {
        frames.push_back(rest.first(piece.bytes));
        rest = rest.subspan(piece.bytes);
    }
    EXPECT_TRUE(rest.empty());
    return frames;
}

void expect_right_rows(std::span<const std::byte> frame, std::span<const std::uint64_t> numbers,
                       std::uint64_t first_row, const std::vector<std::uint64_t>& failed_rows) {
    std::vector<FactoredRow> rows;
    decode_factorizations(frame, rows);
    ASSERT_EQ(rows.size(), numbers.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        EXPECT_EQ(rows[i].number, numbers[i]);
        const bool failed = std::ranges::find(failed_rows, first_row + i) != failed_rows.end();
        ASSERT_EQ(rows[i].primes.has_value(), !failed) << numbers[i];
        if (!failed) {
            EXPECT_EQ(*rows[i].primes, test::primes_of(numbers[i])) << numbers[i];
        }
    }
}

const std::vector<std::uint64_t> list{1,
                                      2,
                                      720'720,
                                      7,
                                      1,
                                      1'000'003,
                                      4,
                                      9'223'372,
                                      1'000'000'007,
                                      49,
                                      999'983,
                                      65'537,
                                      4'294'967'297,
                                      12,
                                      561,
                                      3'215'031'751,
                                      1,
                                      1'000'000'000'039,
                                      36,
                                      1'234'567,
                                      97'200'000,
                                      1'048'576,
                                      123'456'789,
                                      600,
                                      18};

TEST(FactorBlocks, GivesAFrameForEachBlock) {
    const Layout layout{.rows = list.size(), .factors = 0, .block_rows = 8, .factor_chunk = 0};
    for (const Store store : {Store::full, Store::half}) {
        const TaskResult result =
            factor_blocks(TaskId{17}, {1, 3}, std::span(list).subspan(8), {}, layout, store, [] {});
        EXPECT_EQ(result.task, TaskId{17});
        ASSERT_EQ(result.blocks.size(), 3U);
        ASSERT_EQ(result.pieces.size(), 3U);
        const auto frames = frames_of(result);
        for (std::size_t i = 0; i < 3; ++i) {
            const std::uint64_t first_row = 8 * (i + 1);
            const auto numbers = std::span(list).subspan(first_row, i == 2 ? 1 : 8);
            expect_right_rows(frames[i], numbers, first_row, {});
            const BlockResult& block = result.blocks[i];
            EXPECT_EQ(block.block, i + 1);
            EXPECT_EQ(block.rows, numbers.size());
            EXPECT_EQ(block.factors,
                      static_cast<std::uint64_t>(test::census_of_lists(numbers, store).factors));
            EXPECT_EQ(block.xxh64, XXH64(frames[i].data(), frames[i].size(), 0));
            EXPECT_EQ(result.pieces[i].target, Target::factorizations);
            EXPECT_EQ(result.pieces[i].owner, i);
            EXPECT_EQ(result.pieces[i].index, i + 1);
        }
    }
}

TEST(FactorBlocks, LeavesFailedRowsEmpty) {
    const Layout layout{.rows = list.size(), .factors = 0, .block_rows = 8, .factor_chunk = 0};
    const std::vector<std::uint64_t> failed{2, 9, 15};
    const TaskResult result =
        factor_blocks(TaskId{1}, {0, 2}, std::span(list).first(16), failed, layout, Store::full, [] {});
    const auto frames = frames_of(result);
    expect_right_rows(frames[0], std::span(list).first(8), 0, failed);
    expect_right_rows(frames[1], std::span(list).subspan(8, 8), 8, failed);
    std::vector<std::uint64_t> rest(list.begin(), list.begin() + 8);
    rest.erase(rest.begin() + 2);
    EXPECT_EQ(result.blocks[0].factors,
              static_cast<std::uint64_t>(test::census_of_lists(rest, Store::full).factors));
}

TEST(FactorBlocks, IsTheSameHoweverBlocksAreCutIntoTasks) {
    const Layout layout{.rows = list.size(), .factors = 0, .block_rows = 4, .factor_chunk = 0};
    const TaskResult whole =
        factor_blocks(TaskId{1}, {0, layout.blocks()}, list, {}, layout, Store::full, [] {});
    std::vector<std::byte> joined;
    for (std::uint64_t block = 0; block < layout.blocks(); ++block) {
        const auto numbers = std::span(list).subspan(4 * block, layout.rows_in(block));
        const TaskResult part = factor_blocks(TaskId{2}, {block, 1}, numbers, {}, layout, Store::full, [] {});
        EXPECT_EQ(part.blocks[0].xxh64, whole.blocks[block].xxh64);
        joined.insert(joined.end(), part.payload.begin(), part.payload.end());
    }
    EXPECT_EQ(joined, whole.payload);
}

TEST(FactorBlocks, ShowsProgressWithinALargeBlock) {
    std::vector<std::uint64_t> numbers = test::numbers_from(1'000'000, 2'000);
    const Layout layout{.rows = 2'000, .factors = 0, .block_rows = 2'000, .factor_chunk = 0};
    int calls = 0;
    const TaskResult result =
        factor_blocks(TaskId{1}, {0, 1}, numbers, {}, layout, Store::full, [&] { ++calls; });
    EXPECT_GE(calls, 4);
    expect_right_rows(result.payload, numbers, 0, {});
}

TEST(FactorBlocks, TakesTheLargestNumbers) {
    std::vector<std::uint64_t> numbers;
    for (const test::Known& known : test::top_numbers()) numbers.push_back(known.number);
    numbers.push_back(18'446'744'073'709'551'557U);  // the largest prime
    const Layout layout{.rows = numbers.size(), .factors = 0, .block_rows = 100, .factor_chunk = 0};
    const TaskResult result = factor_blocks(TaskId{1}, {0, 1}, numbers, {}, layout, Store::full, [] {});
    std::vector<FactoredRow> rows;
    decode_factorizations(result.payload, rows);
    ASSERT_EQ(rows.size(), numbers.size());
    for (std::size_t i = 0; i < test::top_numbers().size(); ++i) {
        std::vector<std::uint64_t> primes;
        for (const auto& [prime, exponent] : *rows[i].primes) primes.insert(primes.end(), exponent, prime);
        EXPECT_EQ(primes, test::top_numbers()[i].primes);
    }
    ASSERT_EQ(rows.back().primes->size(), 1U);
    EXPECT_EQ((*rows.back().primes)[0].prime, numbers.back());
}

TEST(ListPayload, GivesBackItsFrames) {
    const std::vector<std::byte> first{std::byte{1}, std::byte{2}};
    const std::vector<std::byte> none;
    std::vector<std::byte> payload;
    put_u64(0x0102030405060708, payload);
    put_frame(first, payload);
    put_frame(none, payload);
    std::span<const std::byte> rest(payload);
    EXPECT_EQ(take_first_factor(rest), 0x0102030405060708U);
    const auto taken = take_frame(rest);
    EXPECT_EQ(std::vector(taken.begin(), taken.end()), first);
    EXPECT_TRUE(take_frame(rest).empty());
    EXPECT_TRUE(rest.empty());
}

TEST(ListPayload, ThatEndsTooSoonIsRefused) {
    std::vector<std::byte> payload;
    put_frame(std::vector<std::byte>(5), payload);
    for (std::size_t length = 0; length < payload.size(); ++length) {
        std::span<const std::byte> cut = std::span<const std::byte>(payload).first(length);
        EXPECT_EQ(test::text_of<StorageError>([&] { (void)take_frame(cut); }),
                  "the payload of a list's task is too short");
        std::span<const std::byte> head =
            std::span<const std::byte>(payload).first(std::min<std::size_t>(length, 7));
        EXPECT_THROW((void)take_first_factor(head), StorageError);
    }
    payload.clear();
    put_u64(UINT64_MAX, payload);  // a length that no pointer reaches
    std::span<const std::byte> huge(payload);
    EXPECT_THROW((void)take_frame(huge), StorageError);
}

}  // namespace
}  // namespace factorize::jobs
