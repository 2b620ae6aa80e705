#include "results/result_reader.hpp"

#include <algorithm>
#include <fstream>
#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <hdf5.h>
#include <sys/wait.h>
#include <unistd.h>

#include "jobs/error.hpp"
#include "results/result_creator.hpp"
#include "results/result_writer.hpp"
#include "unit/results/sample_job.hpp"

namespace factorize::results {
namespace {

using jobs::Store;
using test::error_of;
using test::SampleJob;

std::vector<std::uint64_t> to_vector(std::span<const std::uint64_t> values) {
    return {values.begin(), values.end()};
}

/// Compares all readable rows with the naive lister. @return how many there were
std::uint64_t check_rows(ResultReader& reader, const SampleJob& job) {
    std::uint64_t rows = 0;
    std::uint64_t next = 0;
    reader.for_each_row(0, job.numbers.size(), [&](const Row& row) {
        EXPECT_GE(row.index, next);
        next = row.index + 1;
        EXPECT_EQ(row.number, job.numbers[row.index]);
        EXPECT_EQ(row.offset, job.offsets[row.index]);
        EXPECT_EQ(to_vector(row.factors), test::listed(row.number, Store::full)) << row.number;
        EXPECT_EQ(to_vector(row.stored), test::listed(row.number, job.description.store));
        ++rows;
        return true;
    });
    return rows;
}

class ReaderOfEveryStore : public testing::TestWithParam<Store> {};
INSTANTIATE_TEST_SUITE_P(ResultReader, ReaderOfEveryStore, testing::Values(Store::full, Store::half));

TEST_P(ReaderOfEveryStore, ReadsEveryRow) {
    const test::TemporaryDirectory directory;
    const auto path = directory / "factors.h5";
    const SampleJob job = SampleJob::range(1, 3'000, GetParam());
    test::write_file(path, job, {{0, job.description.layout.blocks()}});
    ResultReader reader(path);
    EXPECT_EQ(check_rows(reader, job), 3'000U);
    for (const std::uint64_t row : {0U, 1U, 2'999U, 719U, 4U}) {
        const auto found = reader.row(row);
        ASSERT_TRUE(found);
        EXPECT_EQ(found->number, row + 1);
        EXPECT_EQ(to_vector(found->factors), test::listed(row + 1, Store::full));
    }
    EXPECT_FALSE(reader.row(3'000));
}

TEST_P(ReaderOfEveryStore, ARowIsReadableWhenTheOwnersOfItsChunksAreCommitted) {
    const test::TemporaryDirectory directory;
    const auto path = directory / "factors.h5";
    SampleJob job = SampleJob::range(1'000, 100, GetParam());
    job.cut(10, std::min<std::uint64_t>(90, job.factors.size()));
    const jobs::Layout& layout = job.description.layout;
    test::write_file(path, job, {{5, 1}, {2, 1}, {3, 1}});
    ResultReader reader(path);
    std::uint64_t readable = 0;
    for (std::uint64_t row = 0; row < 100; ++row) {
        const std::uint64_t block = row / 10;
        bool all = block == 2 || block == 3 || block == 5;
        for (std::uint64_t at = job.offsets[row]; at < job.offsets[row] + job.counts[row]; ++at) {
            // The owner of a chunk lists its first element.
            const std::uint64_t first = at / layout.factor_chunk * layout.factor_chunk;
            std::uint64_t owner = 0;
            while (owner + 1 < 10 && job.offsets[(owner + 1) * 10] <= first) ++owner;
            all = all && (owner == 2 || owner == 3 || owner == 5);
        }
        EXPECT_EQ(reader.is_readable(row), all) << row;
        EXPECT_EQ(reader.row(row).has_value(), all) << row;
        if (all) ++readable;
    }
    EXPECT_EQ(check_rows(reader, job), readable);
    EXPECT_LT(readable, 30U) << "some rows must wait for a neighbour, or this test tests nothing";
    EXPECT_GT(readable, 0U);
}

TEST(ResultReader, AVisitorMayStopAndBeginAnywhere) {
    const test::TemporaryDirectory directory;
    const auto path = directory / "factors.h5";
    const SampleJob job = SampleJob::range(1, 500);
    test::write_file(path, job, {{0, job.description.layout.blocks()}});
    ResultReader reader(path);
    std::vector<std::uint64_t> seen;
    reader.for_each_row(123, 1'000'000, [&](const Row& row) {
        seen.push_back(row.number);
        return seen.size() < 20;
    });
    std::vector<std::uint64_t> wanted(20);
    std::iota(wanted.begin(), wanted.end(), 124U);
    EXPECT_EQ(seen, wanted);
}

TEST(ResultReader, MarksFailedRows) {
    const test::TemporaryDirectory directory;
    const auto path = directory / "factors.h5";
    std::vector<std::uint64_t> numbers(40);
    std::iota(numbers.begin(), numbers.end(), 100U);
    const SampleJob job(numbers, Store::full, {104, 120, 139});
    create_result_file(path, job.description, test::sample_provenance(), false);
    {
        ResultWriter writer(path, job.description, test::sample_provenance());
        writer.write(job.encode_all(), 1, 1);
        writer.record_failure(104, 3, "as the test wants it");
        writer.record_failure(139, 3, "a prime; 120 has no room");
        writer.record_failure(138, 3, "of an earlier run: its list is there");
        writer.close();
    }
    ResultReader reader(path);
    std::uint64_t rows = 0;
    reader.for_each_row(0, 40, [&](const Row& row) {
        const bool failed = row.number == 104 || row.number == 120 || row.number == 139;
        EXPECT_EQ(row.failed, failed) << row.number;
        EXPECT_EQ(to_vector(row.factors),
                  failed ? std::vector<std::uint64_t>{} : test::listed(row.number, Store::full));
        ++rows;
        return true;
    });
    EXPECT_EQ(rows, 40U);
    EXPECT_TRUE(reader.row(4)->failed);
    EXPECT_FALSE(reader.row(1)->failed);
}

TEST(ResultReader, NumberOneHasNotFailed) {
    const test::TemporaryDirectory directory;
    test::write_file(directory / "one.h5", SampleJob::range(1, 1), {{0, 1}});
    EXPECT_FALSE(ResultReader(directory / "one.h5").row(0)->failed);
}

TEST(ResultReader, FindsTheRowsOfANumber) {
    const test::TemporaryDirectory directory;
    const SampleJob range = SampleJob::range(500, 100);
    test::write_file(directory / "range.h5", range, {});
    ResultReader in_range(directory / "range.h5");
    EXPECT_EQ(in_range.rows_of(500), std::vector<std::uint64_t>{0}) << "even before it is committed";
    EXPECT_EQ(in_range.rows_of(599), std::vector<std::uint64_t>{99});
    EXPECT_TRUE(in_range.rows_of(600).empty());

    const SampleJob list({9, 4, 9, 7, 30, 4, 9}, Store::full);
    test::write_file(directory / "list.h5", list, {{0, list.description.layout.blocks()}});
    ResultReader in_list(directory / "list.h5");
    EXPECT_EQ(in_list.rows_of(9), (std::vector<std::uint64_t>{0, 2, 6}));
    const std::vector<std::uint64_t> wanted{30, 5, 4, 30};
    const std::vector<std::vector<std::uint64_t>> found{{4}, {}, {1, 5}, {4}};
    EXPECT_EQ(in_list.rows_of(wanted), found);
}

TEST(ResultReader, AListThatIsNotWhollyCommittedMayHoldMore) {
    const test::TemporaryDirectory directory;
    test::write_file(directory / "range.h5", SampleJob::range(500, 100), {});
    EXPECT_TRUE(ResultReader(directory / "range.h5").knows_all_numbers());

    SampleJob list({9, 4, 9, 7, 30, 4, 9}, Store::full);
    list.cut(4, 3);
    test::write_file(directory / "half.h5", list, {{0, 1}});
    ResultReader half(directory / "half.h5");
    EXPECT_TRUE(half.rows_of(30).empty());
    EXPECT_FALSE(half.knows_all_numbers());
    test::write_file(directory / "whole.h5", list, {{0, 2}});
    EXPECT_TRUE(ResultReader(directory / "whole.h5").knows_all_numbers());
}

TEST(ResultReader, SaysWhatIsWrongWithAFileInOneLine) {
    const test::TemporaryDirectory directory;
    const auto error = [&](const std::string& name) {
        std::string text = error_of([&] { ResultReader(directory / name); });
        const std::string prefix = directory.path().string() + "/";
        if (const std::size_t at = text.find(prefix); at != std::string::npos) text.erase(at, prefix.size());
        return text;
    };
    const std::string advice = "; restore it from a copy, or make it again with --overwrite";
    EXPECT_EQ(error("none.h5"), "none.h5: no such file");
    std::filesystem::create_directory(directory / "dir.h5");
    EXPECT_EQ(error("dir.h5"), "dir.h5 is a directory, not a factorize result file");
    std::ofstream(directory / "empty.h5").flush();
    EXPECT_EQ(error("empty.h5"), "empty.h5 is empty, not a factorize result file");
    std::ofstream(directory / "text.h5") << "12: 2 2 3\n";
    EXPECT_EQ(error("text.h5"), "text.h5 is not a factorize result file (it is not HDF5)");
    std::ofstream(directory / "short.h5") << "\x89HD";
    EXPECT_EQ(error("short.h5"), "short.h5 is not a factorize result file (it is not HDF5)");

    H5Fclose(H5Fcreate((directory / "other.h5").c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT));
    EXPECT_EQ(error("other.h5"), "other.h5 is not a factorize result file (HDF5, but of another program)");

    const SampleJob job = SampleJob::range(1, 500);
    test::write_file(directory / "cut.h5", job, {{0, job.description.layout.blocks()}});
    const auto size = std::filesystem::file_size(directory / "cut.h5");
    std::filesystem::resize_file(directory / "cut.h5", size / 2);
    EXPECT_THAT(
        error("cut.h5"),
        testing::MatchesRegex("cut.h5 is damaged: its end is missing \\(HDF5: truncated file: eof = .*"));
    std::filesystem::resize_file(directory / "cut.h5", 20);
    EXPECT_THAT(error("cut.h5"), testing::MatchesRegex("cut.h5 is damaged: [^\n]+"));

    test::write_file(directory / "new.h5", job, {});
    hid_t file = H5Fopen((directory / "new.h5").c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
    hid_t attribute = H5Aopen(file, "format_version", H5P_DEFAULT);
    const std::uint64_t version = 2;
    H5Awrite(attribute, H5T_NATIVE_UINT64, &version);
    H5Aclose(attribute);
    H5Fclose(file);
    SampleJob other = job;
    other.description.job = "range 1:499";
    test::write_file(directory / "job.h5", other, {});
    EXPECT_EQ(error("job.h5"), "job.h5 is damaged: its 500 rows are not those of its job" + advice);
    other.description.job = "range 500:1";
    test::write_file(directory / "job2.h5", other, {});
    EXPECT_EQ(error("job2.h5"), "job2.h5 is damaged: its 500 rows are not those of its job" + advice);

    EXPECT_EQ(error("new.h5"), "new.h5 has format version 2, this program knows 1: use a newer factorize");
}

TEST(ResultReader, ADamagedChunkIsAnErrorThatNamesIt) {
    const test::TemporaryDirectory directory;
    const auto path = directory / "factors.h5";
    SampleJob job = SampleJob::range(1'000, 1'000);
    job.cut(1'000, job.factors.size());
    test::write_file(path, job, {{0, 1}});
    const jobs::TaskResult result = job.encode({0, 1});
    {
        std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
        const std::string bytes((std::istreambuf_iterator<char>(file)), {});
        // The chunk of `factors` comes first in the payload: all its rows were needed to fill it, not the
        // block.
        const std::string chunk(reinterpret_cast<const char*>(result.payload.data()), 200);
        const std::size_t at = bytes.find(chunk);
        ASSERT_NE(at, std::string::npos);
        file.seekp(static_cast<std::streamoff>(at) + 100);
        file.write("\0\0\0\0\0\0\0\0", 8);
    }
    ResultReader reader(path);
    EXPECT_NE(reader.stored_bytes(0).xxh64, reader.block_row(0)->xxh64);
    EXPECT_THAT(error_of([&] { static_cast<void>(reader.row(500)); }),
                testing::MatchesRegex(".*factors.h5 is damaged: cannot read elements [0-9]+ to [0-9]+ of "
                                      "factors \\(HDF5: .*inflate.*\\); .*"));
}

TEST(ResultReader, FollowsAWriterInAnotherProcess) {
    const test::TemporaryDirectory directory;
    const auto path = directory / "factors.h5";
    SampleJob job = SampleJob::range(100'000, 2'000);
    job.cut(8, 64);
    create_result_file(path, job.description, test::sample_provenance(), false);
    const pid_t child = ::fork();
    if (child == 0) {
        ResultWriter writer(path, job.description, test::sample_provenance());
        for (std::uint64_t block = 0; block < job.description.layout.blocks(); ++block) {
            // Backwards, so that chunks often wait for their owner.
            writer.write(job.encode({job.description.layout.blocks() - 1 - block, 1}), 1, 1);
            writer.commit();
        }
        writer.finish({}, Status::complete);
        writer.close();
        ::_exit(0);
    }
    std::uint64_t most = 0;
    int rounds = 0;
    for (int status = 0; ::waitpid(child, &status, WNOHANG) == 0;) {
        ResultReader reader(path);
        const std::uint64_t rows = check_rows(reader, job);
        EXPECT_GE(rows, most);
        most = rows;
        ++rounds;
    }
    ResultReader reader(path);
    EXPECT_EQ(check_rows(reader, job), 2'000U);
    EXPECT_EQ(reader.summary().status, Status::complete);
    RecordProperty("rounds", rounds);
}

}  // namespace
}  // namespace factorize::results
