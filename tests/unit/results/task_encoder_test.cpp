#include "results/task_encoder.hpp"

#include <algorithm>
#include <cstddef>
#include <random>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "results/result_check.hpp"
#include "results/result_creator.hpp"
#include "results/result_writer.hpp"
#include "unit/results/sample_job.hpp"

namespace factorize::results {
namespace {

using jobs::BlockSpan;
using jobs::Store;
using test::SampleJob;

std::vector<BlockSpan> cut_tasks(std::uint64_t blocks, std::uint64_t most, unsigned seed) {
    std::mt19937 random(seed);
    std::vector<BlockSpan> tasks;
    for (std::uint64_t first = 0; first < blocks;) {
        const std::uint64_t count = std::min<std::uint64_t>(1 + random() % most, blocks - first);
        tasks.push_back({first, count});
        first += count;
    }
    std::shuffle(tasks.begin(), tasks.end(), random);
    return tasks;
}

void expect_decodes(const SampleJob& job, const std::vector<BlockSpan>& tasks, std::size_t rows_at_once = 0) {
    const test::TemporaryDirectory directory;
    const auto path = directory / "factors.h5";
    create_result_file(path, job.description, test::sample_provenance(), false);
    ResultWriter writer(path, job.description, test::sample_provenance());
    for (const BlockSpan& task : tasks) writer.write(job.encode(task, rows_at_once), 1, 1);
    writer.close();
    EXPECT_TRUE(test::decode_file(path) == test::expected(job));
}

class EncoderOfEveryStore : public testing::TestWithParam<Store> {};
INSTANTIATE_TEST_SUITE_P(TaskEncoder, EncoderOfEveryStore, testing::Values(Store::full, Store::half));

TEST_P(EncoderOfEveryStore, DatasetsAreTheSameHoweverTasksAreCut) {
    const SampleJob job = SampleJob::range(10'000'000, 1'001, GetParam());
    const std::uint64_t blocks = job.description.layout.blocks();
    for (const std::uint64_t most : {std::uint64_t{1}, std::uint64_t{3}, std::uint64_t{40}, blocks}) {
        expect_decodes(job, cut_tasks(blocks, most, static_cast<unsigned>(most)));
    }
}

TEST_P(EncoderOfEveryStore, ChunksOfAnySizeAgainstBlocksOfAnySize) {
    SampleJob job = SampleJob::range(2, 700, GetParam());
    for (const std::uint64_t block_rows : {1U, 7U, 64U, 700U}) {
        for (const std::uint64_t chunk : {1U, 3U, 50U, 701U, 100'000U}) {
            job.cut(block_rows, std::min<std::uint64_t>(chunk, job.factors.size()));
            expect_decodes(job, cut_tasks(job.description.layout.blocks(), 5, 3));
        }
    }
}

TEST_P(EncoderOfEveryStore, RowsMayComeInAnyPortions) {
    SampleJob job = SampleJob::range(5'000, 300, GetParam());
    job.cut(16, 100);
    for (const std::size_t rows_at_once : {1U, 5U, 16U, 33U})
        expect_decodes(job, {{0, 7}, {7, 12}}, rows_at_once);
}

TEST(TaskEncoder, ARowLongerThanManyChunksAndManyBlocksWithoutFactors) {
    SampleJob job({7, 11, 13, 720720, 17, 19, 23, 29, 31, 367567200, 37, 41, 4}, Store::full);
    job.cut(2, 16);
    expect_decodes(job, cut_tasks(job.description.layout.blocks(), 1, 1));
    expect_decodes(job, {{0, 2}, {2, 4}, {6, 1}});
}

TEST(TaskEncoder, AChunkThatEndsBehindManyOtherTasks) {
    SampleJob job = SampleJob::range(100, 200);
    job.cut(1, job.factors.size());
    expect_decodes(job, cut_tasks(200, 1, 5));
}

TEST(TaskEncoder, AJobWithoutFactors) {
    expect_decodes(SampleJob({5}, Store::full), {{0, 1}});
    expect_decodes(SampleJob({1, 2, 3, 5, 7, 11, 13, 17, 19, 23}, Store::half), {{1, 1}, {0, 1}});
}

TEST(TaskEncoder, FailedRowsKeepTheirGapAndHaveNoCount) {
    std::vector<std::uint64_t> numbers;
    for (std::uint64_t n = 1000; n < 1100; ++n) numbers.push_back(n);
    for (const Store store : {Store::full, Store::half}) {
        SampleJob job(numbers, store, {1000, 1001, 1008, 1099});
        job.cut(8, 20);
        expect_decodes(job, cut_tasks(job.description.layout.blocks(), 3, 9));
    }
}

TEST(TaskEncoder, BlocksDescribeThemselves) {
    SampleJob job = SampleJob::range(1'000, 40);
    job.cut(10, 30);
    const jobs::TaskResult result = job.encode({1, 2});
    ASSERT_EQ(result.blocks.size(), 2U);
    EXPECT_EQ(result.blocks[0].block, 1U);
    EXPECT_EQ(result.blocks[0].rows, 10U);
    EXPECT_EQ(result.blocks[0].first_factor, job.offsets[10]);
    EXPECT_EQ(result.blocks[1].first_factor, job.offsets[20]);
    EXPECT_EQ(result.blocks[0].factors, job.offsets[20] - job.offsets[10]);
    EXPECT_EQ(result.task, jobs::TaskId{1});
    EXPECT_GE(result.seconds, result.blocks[0].seconds);
    EXPECT_NO_THROW(static_cast<void>(check_chunks(result, job.description.layout)));
}

TEST(TaskEncoder, ReusedMemoryLeavesNoTrace) {
    const SampleJob job = SampleJob::range(1'000, 300);
    TaskEncoder encoder(job.description.layout, Store::full);
    std::vector<std::byte> room(100'000, std::byte{0x5a});
    const std::byte* const place = room.data();
    encoder.reuse(std::move(room));
    encoder.begin(jobs::TaskId{1}, {0, job.description.layout.blocks()}, 0);
    encoder.add_rows(job.numbers, job.counts, job.factors);
    const jobs::TaskResult result = encoder.finish();
    EXPECT_EQ(result.payload.data(), place);
    EXPECT_TRUE(result.payload == job.encode_all().payload);
}

TEST(TaskEncoder, RefusesWrongUse) {
    SampleJob job = SampleJob::range(100, 20);
    job.cut(10, 1000);
    TaskEncoder encoder(job.description.layout, Store::full);
    const std::vector<std::uint64_t> six{6};
    const std::vector<std::uint32_t> two{2};
    const std::vector<std::uint64_t> divisors{2, 3};
    const std::vector<std::uint32_t> narrow{2, 3};
    EXPECT_THROW(encoder.add_rows(six, two, divisors), std::logic_error);
    EXPECT_THROW(encoder.begin(jobs::TaskId{1}, {1, 2}, 0), std::logic_error);
    encoder.begin(jobs::TaskId{1}, {0, 1}, 0);
    EXPECT_THROW(encoder.add_rows(six, two, narrow), std::logic_error);
    EXPECT_THROW(encoder.add_rows(six, two, six), std::logic_error);
    encoder.begin(jobs::TaskId{1}, {0, 1}, 0);
    encoder.add_rows(six, two, divisors);
    EXPECT_THROW(static_cast<void>(encoder.finish()), std::logic_error);
    for (int row = 1; row < 10; ++row) encoder.add_rows(six, two, divisors);
    EXPECT_GT(encoder.missing(), 0U);
    EXPECT_THROW(static_cast<void>(encoder.finish()), std::logic_error);
    EXPECT_THROW(encoder.add_rows(six, two, divisors), std::logic_error);
}

}  // namespace
}  // namespace factorize::results
