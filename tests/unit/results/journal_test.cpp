#include "results/journal.hpp"

#include <array>
#include <cstring>
#include <fstream>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <xxhash.h>

#include "jobs/error.hpp"
#include "results/generation_fence.hpp"
#include "unit/results/sample_job.hpp"

namespace factorize::results {
namespace {

using test::error_of;

std::vector<std::byte> payload_of(std::uint64_t block) {
    std::vector<std::byte> payload(block * 37 % 200);
    for (std::size_t i = 0; i < payload.size(); ++i) payload[i] = static_cast<std::byte>(block + i);
    return payload;
}

class JournalTest : public testing::Test {
protected:
    Journal open() { return {path, header}; }
    void append(std::initializer_list<std::uint64_t> blocks) {
        Journal journal = open();
        for (const std::uint64_t block : blocks) EXPECT_TRUE(journal.append(block, payload_of(block)));
        journal.sync();
    }
    void flip_byte(std::uint64_t at) {
        std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
        file.seekg(static_cast<std::streamoff>(at));
        const int byte = file.get();
        file.seekp(static_cast<std::streamoff>(at));
        file.put(static_cast<char>(byte ^ 0x10));
    }
    /// As if no run had opened it yet, whom the next one would have to give 0.1 s to notice.
    void forget_runs() {
        constexpr std::streamoff generation = 48;
        std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(generation).write(std::array<char, sizeof(Generation)>{}.data(), sizeof(Generation));
    }

    test::TemporaryDirectory directory;
    std::filesystem::path path = journal_path(directory / "factors.h5");
    JournalHeader header{.job = "list 1000 numbers xxh64:0123456789abcdef", .rows = 1000, .block_rows = 10};
};

TEST_F(JournalTest, KeepsFramesInAnyOrder) {
    append({5, 0, 99, 42});
    append({7});
    Journal journal = open();
    EXPECT_EQ(journal.blocks(), 5U);
    EXPECT_FALSE(journal.is_complete());
    EXPECT_EQ(journal.dropped_bytes(), 0U);
    for (const std::uint64_t block : {5U, 0U, 99U, 42U, 7U}) {
        EXPECT_TRUE(journal.has(block));
        EXPECT_EQ(journal.read(block), payload_of(block));
    }
    EXPECT_FALSE(journal.has(1));
    EXPECT_FALSE(journal.append(5, payload_of(6))) << "the first result wins";
    EXPECT_EQ(journal.read(5), payload_of(5));
    for (std::uint64_t block = 0; block < 100; ++block) journal.append(block, payload_of(block));
    EXPECT_TRUE(journal.is_complete());
}

TEST_F(JournalTest, ATornTailIsCutOffWhereverItTears) {
    append({1, 2});
    const std::uint64_t whole = std::filesystem::file_size(path);
    append({3});
    const std::uint64_t size = std::filesystem::file_size(path);
    for (std::uint64_t torn = size - 1; torn > whole; --torn) {
        std::filesystem::resize_file(path, torn);
        forget_runs();
        Journal journal = open();
        ASSERT_EQ(journal.blocks(), 2U) << torn;
        ASSERT_EQ(journal.dropped_bytes(), torn - whole);
        ASSERT_EQ(std::filesystem::file_size(path), whole);
        ASSERT_TRUE(journal.append(3, payload_of(3)));
        ASSERT_EQ(std::filesystem::file_size(path), size);
    }
    EXPECT_EQ(open().read(3), payload_of(3));
}

TEST_F(JournalTest, AFlippedBitLosesItsFrameOrWhatFollowsButNothingElse) {
    append({1, 2, 3});
    forget_runs();
    const std::uint64_t size = std::filesystem::file_size(path);
    const std::uint64_t start = size - (3 * 32 + 37 + 74 + 111);
    const std::string before = [&] {
        std::ifstream file(path, std::ios::binary);
        return std::string((std::istreambuf_iterator<char>(file)), {});
    }();
    for (std::uint64_t at = start; at < size; ++at) {
        std::ofstream(path, std::ios::binary).write(before.data(), static_cast<std::streamsize>(size));
        flip_byte(at);
        Journal journal = open();
        for (std::uint64_t block = 1; block <= 3; ++block) {
            if (journal.has(block)) {
                ASSERT_EQ(journal.read(block), payload_of(block)) << at;
            }
        }
        ASSERT_LT(journal.blocks(), 3U) << at;
        // A damaged payload is stepped over; a damaged head ends the journal, and the length is not to be
        // trusted.
        const bool in_second_payload = at >= start + 32 + 37 + 32 && at < start + 32 + 37 + 32 + 74;
        if (in_second_payload) {
            ASSERT_TRUE(journal.has(1) && !journal.has(2) && journal.has(3)) << at;
        }
        ASSERT_GT(journal.dropped_bytes(), 0U);
    }
}

TEST_F(JournalTest, DamageAfterTheOpeningIsFoundWhenRead) {
    append({1});
    Journal journal = open();
    flip_byte(std::filesystem::file_size(path) - 1);
    EXPECT_EQ(error_of([&] { static_cast<void>(journal.read(1)); }),
              path.string() +
                  " is damaged: the frame of block 1 changed after it was checked; run again with --resume "
                  "to compute it anew");
}

TEST_F(JournalTest, RefusesAnotherJobAndForeignFiles) {
    append({1});
    JournalHeader other = header;
    other.job = "list 1000 numbers xxh64:fedcba9876543210";
    EXPECT_EQ(error_of([&] { Journal(path, other); }),
              fmt::format("{} belongs to another job: {}, not {}; remove it or choose another --output",
                          path.string(), header.job, other.job));
    other = header;
    other.block_rows = 20;
    EXPECT_THROW(Journal(path, other), jobs::InputError);
    std::ofstream(path) << "this is a letter to a friend, not a journal of factorizations";
    EXPECT_EQ(
        error_of([&] { open(); }),
        path.string() +
            " is in the way, and not a file that factorize made: move it away or choose another --output");
    EXPECT_EQ(std::filesystem::file_size(path), 61U) << "it was not touched";
    std::ofstream(path) << "short";
    EXPECT_THROW(open(), jobs::StorageError) << "though no header fits into it";
    EXPECT_EQ(std::filesystem::file_size(path), 5U);
}

TEST_F(JournalTest, ADamagedHeaderBeforeFramesIsRefused) {
    append({1, 2});
    for (const std::uint64_t at : {17U, 30U, 40U, 70U}) {  // rows, block_rows, the hash, the job's text
        const auto size = std::filesystem::file_size(path);
        flip_byte(at);
        EXPECT_EQ(
            error_of([&] { open(); }),
            path.string() + " is damaged: its head does not fit its hash; use --overwrite to start anew");
        EXPECT_EQ(std::filesystem::file_size(path), size) << "it was not touched";
        flip_byte(at);
    }
    EXPECT_EQ(open().blocks(), 2U);
}

TEST_F(JournalTest, AHeaderThatSaysMoreThanAJobCanHaveIsNone) {
    header.rows = std::uint64_t{1} << 60U;
    Journal(path, {.job = header.job, .rows = 1000, .block_rows = 10});
    std::string bytes(64, '\0');
    std::ifstream(path, std::ios::binary).read(bytes.data(), 64);
    std::memcpy(bytes.data() + 16, &header.rows, sizeof(header.rows));
    std::uint64_t magic = 0;
    std::memcpy(&magic, bytes.data(), sizeof(magic));
    const std::uint64_t hash = XXH64(header.job.data(), header.job.size(), XXH64(bytes.data(), 40, magic));
    std::memcpy(bytes.data() + 40, &hash, sizeof(hash));
    std::fstream(path, std::ios::in | std::ios::out | std::ios::binary).write(bytes.data(), 64);
    EXPECT_EQ(read_journal_header(path), std::nullopt);
    EXPECT_THROW(static_cast<void>(read_journal_progress(path)), jobs::StorageError) << "and no bad_alloc";
}

TEST_F(JournalTest, AnOldRunStopsWhenANewerOneOpensOrRemovesIt) {
    Journal old = open();
    old.append(1, payload_of(1));
    {
        Journal newer = open();
        newer.append(2, payload_of(2));
        newer.sync();
        EXPECT_EQ(error_of([&] { old.sync(); }),
                  path.string() +
                      " was taken over by a newer run (start 2, this is start 1): this run stops; what "
                      "it committed is kept");
        EXPECT_EQ(newer.blocks(), 2U);
    }
    Journal third = open();
    third.remove();
    EXPECT_THROW(old.sync(), jobs::StorageError);
}

TEST_F(JournalTest, AHeaderThatWasNeverFinishedIsWrittenAnew) {
    append({});
    const std::uint64_t size = std::filesystem::file_size(path);
    for (std::uint64_t torn = 0; torn < size; ++torn) {
        std::filesystem::resize_file(path, torn);
        ASSERT_EQ(open().blocks(), 0U);
        ASSERT_EQ(std::filesystem::file_size(path), size);
    }
}

TEST_F(JournalTest, TakesTaskResultsAndRefusesDamagedOnes) {
    jobs::TaskResult result;
    result.task = jobs::TaskId{12};
    for (std::uint64_t block = 4; block < 7; ++block) {
        const std::vector<std::byte> payload = payload_of(block);
        result.blocks.push_back(
            {.block = block, .rows = 10, .xxh64 = XXH64(payload.data(), payload.size(), 0)});
        result.pieces.push_back({.target = jobs::Target::factorizations,
                                 .owner = static_cast<std::uint32_t>(block - 4),
                                 .index = block,
                                 .bytes = payload.size()});
        result.payload.insert(result.payload.end(), payload.begin(), payload.end());
    }
    Journal journal = open();
    jobs::TaskResult damaged = result;
    damaged.payload[3] ^= std::byte{1};
    EXPECT_THROW(journal.append(check_frames(damaged, 100)), DamagedResult);
    EXPECT_EQ(journal.blocks(), 0U);
    journal.append(5, payload_of(5));
    EXPECT_EQ(journal.append(check_frames(result, 100)), 2U);
    EXPECT_EQ(journal.read(6), payload_of(6));
}

TEST_F(JournalTest, ProgressIsReadWithoutTouchingIt) {
    append({1, 2, 3});
    std::ofstream(path, std::ios::app | std::ios::binary) << "torn";
    const std::uint64_t size = std::filesystem::file_size(path);
    EXPECT_EQ(read_journal_header(path), header);
    EXPECT_EQ(read_journal_header(directory / "none"), std::nullopt);
    const JournalProgress progress = read_journal_progress(path);
    EXPECT_EQ(progress.header, header);
    EXPECT_EQ(progress.blocks, 3U);
    EXPECT_EQ(progress.bytes, size);
    EXPECT_EQ(std::filesystem::file_size(path), size);
}

TEST_F(JournalTest, IsRemovedInTheEnd) {
    append({1});
    Journal journal = open();
    journal.remove();
    EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace factorize::results
