// kill -9 at random moments: every committed block stays, and the resumed file is the undisturbed one.
#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <random>

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "results/result_creator.hpp"
#include "results/result_reader.hpp"
#include "results/result_writer.hpp"
#include "unit/results/sample_job.hpp"

namespace factorize::results {
namespace {

using test::SampleJob;

/// Memory that a killed child leaves to its parent: the blocks whose commit() had returned.
class SharedLog {
public:
    explicit SharedLog(std::size_t bytes)
        : bytes_(bytes),
          data_(static_cast<char*>(
              ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0))) {}
    ~SharedLog() { ::munmap(data_, bytes_); }
    SharedLog(const SharedLog&) = delete;
    SharedLog& operator=(const SharedLog&) = delete;
    volatile char& operator[](std::size_t i) { return data_[i]; }

private:
    std::size_t bytes_;
    char* data_;
};

void write_rest(const std::filesystem::path& path, const SampleJob& job, SharedLog& committed,
                unsigned seed) {
    ResultWriter writer(path, job.description, test::sample_provenance());
    std::vector<std::uint64_t> left;
    for (std::uint64_t block = 0; block < job.description.layout.blocks(); ++block) {
        if (!writer.is_committed(block)) left.push_back(block);
    }
    std::mt19937 random(seed);
    std::shuffle(left.begin(), left.end(), random);
    std::vector<std::uint64_t> batch;
    const auto commit = [&] {
        writer.commit();
        for (const std::uint64_t done : batch) committed[done] = 1;
        batch.clear();
    };
    for (const std::uint64_t block : left) {
        writer.write(job.encode({block, 1}), 1, 1);
        batch.push_back(block);
        if (random() % 3 == 0) commit();
    }
    commit();
    writer.finish({}, Status::complete);
    writer.close();
}

std::uint64_t committed_blocks(SharedLog& committed, std::uint64_t blocks) {
    std::uint64_t count = 0;
    for (std::uint64_t block = 0; block < blocks; ++block) count += committed[block] != 0 ? 1 : 0;
    return count;
}

TEST(Crash, KilledAtRandomMomentsAndResumed) {
    const char* const given = std::getenv("FACTORIZE_TEST_SEED");
    const unsigned seed = given != nullptr ? static_cast<unsigned>(std::atol(given)) : std::random_device()();
    std::cout << "FACTORIZE_TEST_SEED=" << seed << '\n';
    std::mt19937 random(seed);

    const test::TemporaryDirectory directory;
    const auto path = directory / "factors.h5";
    SampleJob job = SampleJob::range(10'000, 2'000);
    job.cut(20, 128);
    int kills = 0;
    for (int trial = 0; trial < 4; ++trial) {
        SharedLog committed(job.description.layout.blocks());
        create_result_file(path, job.description, test::sample_provenance(), true);
        for (bool finished = false; !finished;) {
            const auto child_seed = static_cast<unsigned>(random());
            // Killed as soon as so many blocks are committed; more than there are: not at all.
            const std::uint64_t blocks = job.description.layout.blocks();
            const std::uint64_t done = committed_blocks(committed, blocks);
            const std::uint64_t enough = done + random() % (blocks - done + 2);
            const pid_t child = ::fork();
            if (child == 0) {
                write_rest(path, job, committed, child_seed);
                ::_exit(0);
            }
            int status = 0;
            while (::waitpid(child, &status, WNOHANG) == 0) {
                if (committed_blocks(committed, blocks) >= enough) {
                    ::kill(child, SIGKILL);
                    ::waitpid(child, &status, 0);
                    break;
                }
                ::sched_yield();
            }
            finished = WIFEXITED(status);
            if (finished) {
                ASSERT_EQ(WEXITSTATUS(status), 0);
            } else {
                ++kills;
            }
            ResultReader reader(path);
            for (std::uint64_t block = 0; block < job.description.layout.blocks(); ++block) {
                if (committed[block] != 0) {
                    ASSERT_TRUE(reader.is_committed(block)) << block;
                }
                if (reader.is_committed(block)) {
                    ASSERT_EQ(reader.stored_bytes(block).xxh64, reader.block_row(block)->xxh64) << block;
                }
            }
            reader.for_each_row(0, job.numbers.size(), [&](const Row& row) {
                EXPECT_TRUE(std::ranges::equal(row.factors, test::listed(row.number, jobs::Store::full)));
                return true;
            });
        }
        ASSERT_TRUE(test::decode_file(path) == test::expected(job));
    }
    std::cout << kills << " kills\n";
    EXPECT_GT(kills, 0) << "nothing was tested";
}

}  // namespace
}  // namespace factorize::results
