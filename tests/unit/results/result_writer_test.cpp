#include "results/result_writer.hpp"

#include <algorithm>
#include <csignal>
#include <cstring>
#include <fstream>
#include <string>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "jobs/error.hpp"
#include "results/file_contents.hpp"
#include "results/hdf5.hpp"
#include "results/result_creator.hpp"
#include "results/result_reader.hpp"
#include "unit/results/sample_job.hpp"

namespace factorize::results {
namespace {

using test::error_of;
using test::SampleJob;
using testing::HasSubstr;

class ResultWriterTest : public testing::Test {
protected:
    ResultWriterTest() {
        job.cut(10, 37);  // 10 blocks, chunks across their borders
        create_result_file(path, job.description, test::sample_provenance(), false);
    }
    ResultWriter open() { return {path, job.description, test::sample_provenance()}; }

    /// Eight of them, so far behind the first byte of the tag in the block's row.
    void put_zeros_beside_tag(std::uint64_t block, std::streamoff distance) const {
        const std::uint64_t tag = ResultReader(path).block_row(block)->tag;
        const std::string bytes = test::bytes_of(path);
        const std::size_t at = bytes.find(std::string(reinterpret_cast<const char*>(&tag), sizeof(tag)));
        ASSERT_NE(at, std::string::npos);
        std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(static_cast<std::streamoff>(at) + distance);
        file << std::string(8, '\0');
    }

    test::TemporaryDirectory directory;
    std::filesystem::path path = directory / "factors.h5";
    SampleJob job = SampleJob::range(1'000, 100);
};

TEST_F(ResultWriterTest, CommitsAndResumes) {
    {
        ResultWriter writer = open();
        EXPECT_EQ(writer.committed_blocks(), 0U);
        EXPECT_EQ(writer.write(job.encode({2, 3}), 4, 2), 3U);
        EXPECT_FALSE(writer.is_committed(2));
        EXPECT_EQ(writer.written_blocks(), 3U);
        writer.commit();
        EXPECT_TRUE(writer.is_committed(2));
        EXPECT_FALSE(writer.is_committed(1));
        writer.close();
    }
    ResultWriter writer = open();
    EXPECT_EQ(writer.committed_blocks(), 3U);
    EXPECT_EQ(writer.committed_rows(), 30U);
    EXPECT_EQ(writer.committed_factors(), job.offsets[50] - job.offsets[20]);
    EXPECT_EQ(writer.write(job.encode({1, 2}), 1, 1), 1U) << "block 2 is there already";
    EXPECT_EQ(writer.write(job.encode({0, 10}), 1, 1), 6U);
    writer.finish({.numbers = 100, .factors = job.factors.size(), .seconds = 1.5, .certificate = "proved"},
                  Status::complete);
    writer.close();

    EXPECT_TRUE(test::decode_file(path) == test::expected(job));
    ResultReader reader(path);
    EXPECT_EQ(reader.summary().status, Status::complete);
    EXPECT_EQ(reader.summary().starts, 2U);
    EXPECT_EQ(reader.summary().totals.seconds, 1.5);
    EXPECT_EQ(reader.summary().totals.certificate, "proved");
    EXPECT_EQ(reader.summary().committed_factors, job.factors.size());
    const std::optional<BlockRow> row = reader.block_row(3);
    ASSERT_TRUE(row);
    EXPECT_EQ(row->rank, 4);
    EXPECT_EQ(row->attempt, 2U);
    for (std::uint64_t block = 0; block < 10; ++block) {
        EXPECT_EQ(reader.stored_bytes(block).xxh64, reader.block_row(block)->xxh64) << block;
    }
}

/// Where the first chunk of /factors lies, and how long it is.
std::pair<haddr_t, hsize_t> first_chunk(const std::filesystem::path& path) {
    const hdf5::File file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT));
    const hdf5::Dataset factors = hdf5::open_dataset(file, name::factors, 0, path);
    const hsize_t at = 0;
    unsigned filters = 0;
    haddr_t address = HADDR_UNDEF;
    hsize_t bytes = 0;
    EXPECT_GE(H5Dget_chunk_info_by_coord(factors.get(), &at, &filters, &address, &bytes), 0);
    return {address, bytes};
}

/// A key of the index: size, filters, two offsets; then the place (HDF5 file format, III.A.1, node type 1).
std::string index_entry(haddr_t address, std::uint32_t bytes) {
    std::string entry(4 + 4 + 8 + 8 + 8, '\0');
    std::memcpy(entry.data(), &bytes, sizeof bytes);
    std::memcpy(entry.data() + 24, &address, sizeof address);
    return entry;
}

TEST_F(ResultWriterTest, ATornIndexEntryDoesNotLeadOverItsNeighbours) {
    {
        ResultWriter writer = open();
        writer.write(job.encode({1, 9}), 1, 1);
        writer.commit();
        writer.close();
    }
    const jobs::TaskResult first = job.encode({0, 1});
    const auto piece = std::ranges::find(first.pieces, jobs::Target::factors, &jobs::Piece::target);
    ASSERT_NE(piece, first.pieces.end());
    const auto [address, placeholder] = first_chunk(path);
    ASSERT_LT(placeholder, piece->bytes);
    std::string content = test::bytes_of(path);
    const std::size_t entry = content.find(index_entry(address, static_cast<std::uint32_t>(placeholder)));
    ASSERT_NE(entry, std::string::npos);
    const auto size = static_cast<std::uint32_t>(piece->bytes);  // new, and the place is old
    std::memcpy(content.data() + entry, &size, sizeof size);
    std::ofstream(path, std::ios::binary) << content;

    ResultWriter writer = open();
    EXPECT_EQ(writer.write(first, 1, 1), 1U);
    writer.finish({.numbers = 100, .factors = job.factors.size()}, Status::complete);
    writer.close();
    EXPECT_TRUE(test::decode_file(path) == test::expected(job));
    EXPECT_NE(first_chunk(path).first, address);
}

TEST_F(ResultWriterTest, WhatIsNotCommittedDoesNotCount) {
    EXPECT_EQ(test::in_child([&] {
                  ResultWriter writer = open();
                  writer.write(job.encode({0, 2}), 1, 1);
                  writer.commit();
                  writer.write(job.encode({2, 8}), 1, 1);
                  return 0;
              }),
              0);
    EXPECT_EQ(ResultReader(path).summary().committed_blocks, 2U);
    ResultWriter writer = open();
    EXPECT_EQ(writer.committed_blocks(), 2U);
    EXPECT_EQ(writer.write(job.encode({0, 10}), 1, 1), 8U);
    writer.close();
    EXPECT_TRUE(test::decode_file(path) == test::expected(job));
}

TEST_F(ResultWriterTest, ATornRowOfBlocksDoesNotCount) {
    ResultWriter writer = open();
    writer.write(job.encode({0, 10}), 1, 1);
    writer.close();
    put_zeros_beside_tag(4, -8);  // over the hash before it
    ResultWriter again = open();
    EXPECT_EQ(again.committed_blocks(), 9U);
    EXPECT_FALSE(again.is_committed(4));
    again.close();
    EXPECT_THAT(ResultReader(path).summary().broken_block_rows, testing::ElementsAre(4));
}

TEST_F(ResultWriterTest, ARowOfBlocksWithoutItsTagIsNone) {
    {
        ResultWriter writer = open();
        writer.write(job.encode({0, 10}), 1, 1);
        writer.close();
    }
    put_zeros_beside_tag(4, 0);
    const FileSummary summary = ResultReader(path).summary();
    EXPECT_EQ(summary.committed_blocks, 9U);
    EXPECT_TRUE(summary.broken_block_rows.empty()) << "verify would call it damage";
}

TEST_F(ResultWriterTest, RefusesADamagedResultAndStoresNothingOfIt) {
    ResultWriter writer = open();
    const auto refused = [&](const std::function<void(jobs::TaskResult&)>& damage) {
        jobs::TaskResult result = job.encode({3, 2});
        damage(result);
        EXPECT_THROW(writer.write(result, 1, 1), DamagedResult);
        return error_of([&] { writer.write(result, 1, 1); });
    };
    EXPECT_THAT(refused([](auto& r) { r.payload[5] ^= std::byte{1}; }),
                testing::MatchesRegex("the result of task 3 is damaged: the bytes of block 3 have xxh64 .*"));
    EXPECT_THAT(refused([](auto& r) { r.payload.pop_back(); }), HasSubstr("too short"));
    EXPECT_THAT(refused([](auto& r) { r.payload.emplace_back(); }), HasSubstr("too long"));
    EXPECT_THAT(refused([](auto& r) { r.blocks[0].block = 99; }), HasSubstr("block 99 of 10"));
    EXPECT_THAT(refused([](auto& r) { r.blocks[1].block = 5; }), HasSubstr("do not follow each other"));
    EXPECT_THAT(refused([](auto& r) { r.blocks[0].rows = 9; }), HasSubstr("9 rows, not 10"));
    EXPECT_THAT(refused([](auto& r) { r.blocks[0].first_factor += 37; }), HasSubstr("the chunks it owns"));
    EXPECT_THAT(refused([](auto& r) { r.pieces[0].owner = 2; }), HasSubstr("a piece of no block"));
    EXPECT_THAT(refused([](auto& r) { r.pieces[0].index = 0; }), HasSubstr("the chunks it owns"));
    EXPECT_THAT(refused([](auto& r) {
                    r.blocks.clear();
                    r.pieces.clear();
                    r.payload.clear();
                }),
                HasSubstr("no block"));
    EXPECT_EQ(writer.written_blocks(), 0U);
    EXPECT_EQ(writer.write(job.encode({0, 10}), 1, 1), 10U) << "the writer still works";
    writer.close();
    EXPECT_TRUE(test::decode_file(path) == test::expected(job));
}

TEST_F(ResultWriterTest, ANewerRunStopsTheOlder) {
    int ready[2];
    int go[2];
    ASSERT_EQ(::pipe(ready) + ::pipe(go), 0);
    const pid_t older = ::fork();
    if (older == 0) {
        ResultWriter writer = open();
        writer.write(job.encode({0, 1}), 1, 1);
        writer.commit();
        writer.write(job.encode({1, 1}), 1, 1);
        char byte = 'r';
        if (::write(ready[1], &byte, 1) != 1 || ::read(go[0], &byte, 1) != 1) ::_exit(3);
        const std::string error = error_of([&] { writer.commit(); });
        const bool told =
            error == fmt::format(
                         "{} was taken over by a newer run (start 2, this is start 1): this run "
                         "stops; what it committed is kept",
                         path.string());
        const bool dead = error_of([&] { writer.commit(); }) == "ResultWriter: used after a storage error";
        ::_exit(told && dead ? 0 : 1);
    }
    char byte = 0;
    ASSERT_EQ(::read(ready[0], &byte, 1), 1);
    {
        ResultWriter writer = open();
        EXPECT_EQ(writer.committed_blocks(), 1U);
        writer.write(job.encode({1, 9}), 2, 1);
        writer.commit();
        ASSERT_EQ(::write(go[1], &byte, 1), 1);
        int status = 0;
        ::waitpid(older, &status, 0);
        EXPECT_EQ(status, 0);
        writer.close();
    }
    EXPECT_TRUE(test::decode_file(path) == test::expected(job));
}

TEST_F(ResultWriterTest, StopsWhenTheFileIsReplaced) {
    EXPECT_EQ(test::in_child([&] {
                  ResultWriter writer = open();
                  writer.write(job.encode({0, 1}), 1, 1);
                  create_result_file(path, job.description, test::sample_provenance(), true);
                  const std::string error = error_of([&] { writer.commit(); });
                  return error == path.string() +
                                      " was replaced by another file while this run wrote it: this run stops"
                             ? 0
                             : 1;
              }),
              0);
}

TEST_F(ResultWriterTest, RefusesAnotherJob) {
    const auto modified = std::filesystem::last_write_time(path);
    SampleJob other = SampleJob::range(1'000, 101);
    EXPECT_THROW(ResultWriter(path, other.description, test::sample_provenance()), jobs::InputError);
    EXPECT_THAT(error_of([&] { ResultWriter(path, other.description, test::sample_provenance()); }),
                HasSubstr("factors.h5 holds another job: range 1000:1099 (store full, 100 rows, "));
    EXPECT_EQ(std::filesystem::last_write_time(path), modified);
    EXPECT_EQ(ResultReader(path).summary().starts, 0U);
}

TEST_F(ResultWriterTest, RecordsFailuresUpToTheirCapacityAndCountsTheRest) {
    {
        ResultWriter writer = open();
        writer.record_failure(1'003, 2, "first try");
        writer.record_failure(1'003, 3, "it timed out");
        writer.record_failure(1'005, 3, std::string(300, 'm'));
        writer.commit();
        EXPECT_EQ(writer.failures(), 2U);
        writer.close();
    }
    ResultWriter writer = open();
    EXPECT_EQ(writer.failures(), 2U);
    for (std::uint64_t n = 1; n <= failure_capacity; ++n) writer.record_failure(1'000'000 + n, 3, "crash");
    EXPECT_EQ(writer.failures(), failure_capacity + 2);
    writer.finish({}, Status::partial_failed);
    writer.close();
    const FileSummary summary = ResultReader(path).summary();
    EXPECT_EQ(summary.status, Status::partial_failed);
    EXPECT_EQ(summary.failed_numbers, failure_capacity + 2);
    ASSERT_EQ(summary.failures.size(), failure_capacity);
    EXPECT_EQ(summary.failures[0].number, 1'003U);
    EXPECT_EQ(summary.failures[0].attempts, 3U);
    EXPECT_EQ(summary.failures[0].message, "it timed out");
    EXPECT_EQ(summary.failures[1].message, std::string(116, 'm'));
}

TEST_F(ResultWriterTest, TotalsAndProvenanceOfSeveralRuns) {
    {
        ResultWriter writer = open();
        writer.write(job.encode({0, 1}), 1, 1);
        writer.finish({.seconds = 10, .tasks_reassigned = 3}, Status::partial);
        writer.close();
    }
    Provenance second = test::sample_provenance();
    second.started = "2026-11-23T00:00:00Z";
    second.ranks = 64;
    second.slurm_job_id = "4711";
    second.slurm_restarts = 2;
    ResultWriter writer(path, job.description, second);
    EXPECT_EQ(writer.previous_totals().seconds, 10);
    EXPECT_EQ(writer.previous_totals().tasks_reassigned, 3U);
    EXPECT_EQ(writer.previous_status(), Status::partial);
    writer.close();
    const FileSummary summary = ResultReader(path).summary();
    EXPECT_EQ(summary.provenance.started, "2026-11-22T12:00:00Z");
    EXPECT_EQ(summary.resumed, "2026-11-23T00:00:00Z");
    EXPECT_EQ(summary.provenance.ranks, 64);
    EXPECT_EQ(summary.provenance.slurm_job_id, "4711");
    EXPECT_EQ(summary.provenance.slurm_restarts, 2U);
}

/// What a full disk does, without a disk to fill: the size of files is limited. @return the child's status
int write_until_full(const std::filesystem::path& path, const SampleJob& job, std::uint64_t more) {
    return test::in_child([&] {
        ::signal(SIGXFSZ, SIG_IGN);
        create_result_file(path, job.description, test::sample_provenance(), true);
        ResultWriter writer(path, job.description, test::sample_provenance());
        writer.write(job.encode({0, 1}), 1, 1);
        writer.commit();
        const rlim_t limit = std::filesystem::file_size(path) + more;
        const rlimit bytes{limit, limit};
        ::setrlimit(RLIMIT_FSIZE, &bytes);
        try {
            for (std::uint64_t block = 1; block < job.description.layout.blocks(); ++block) {
                writer.write(job.encode({block, 1}), 1, 1);
                writer.commit();
            }
        } catch (const jobs::StorageError& error) {
            // The writer's destructor runs after this, and must not crash.
            const std::string text = "factors.h5: cannot write (File too large); raise the limit";
            return std::string(error.what()).find(text) == std::string::npos ? 1 : 4;
        }
        return 2;
    });
}

TEST_F(ResultWriterTest, AFullDiskIsOneClearErrorAndCommittedBlocksStay) {
    job = SampleJob::range(1'000'000, 4'000);
    job.cut(50, 1'000);
    for (const std::uint64_t more : {0, 1, 1'000, 4'096, 10'000, 33'333}) {
        EXPECT_EQ(write_until_full(path, job, more), 4) << more;
        {
            ResultReader reader(path);
            EXPECT_GE(reader.summary().committed_blocks, 1U);
            std::uint64_t rows = 0;
            reader.for_each_row(0, 4'000, [&](const Row& row) {
                EXPECT_EQ(std::vector(row.factors.begin(), row.factors.end()),
                          test::listed(row.number, jobs::Store::full));
                return ++rows > 0;
            });
            EXPECT_GE(rows, 40U);
        }
        ResultWriter writer = open();
        writer.write(job.encode_all(), 1, 1);
        writer.close();
        EXPECT_TRUE(test::decode_file(path) == test::expected(job));
    }
}

}  // namespace
}  // namespace factorize::results
