#include "results/output_lock.hpp"

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <string_view>
#include <thread>

#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "jobs/error.hpp"
#include "unit/results/sample_job.hpp"

namespace factorize::results {
namespace {

using test::error_of;

TEST(OutputLock, ASecondOwnerIsToldOfTheFirst) {
    const test::TemporaryDirectory directory;
    const auto output = directory / "factors.h5";
    ::setenv("SLURM_JOB_ID", "4711", 1);
    OutputLock lock(output);
    EXPECT_TRUE(lock.is_held());
    EXPECT_EQ(lock.warning(), "");
    char host[256] = {};
    ::gethostname(host, sizeof(host) - 1);
    const std::string told = fmt::format(
        "{0} is being written by another run: pid {1} on host {2}, Slurm job 4711, restart 0 (it "
        "holds {0}.lock)",
        output.string(), ::getpid(), host);
    ::unsetenv("SLURM_JOB_ID");
    EXPECT_EQ(test::in_child([&] { return error_of([&] { OutputLock second(output); }) == told ? 0 : 1; }),
              0);
    EXPECT_TRUE(std::filesystem::exists(directory / "factors.h5.lock"));
    lock.release();
    EXPECT_FALSE(std::filesystem::exists(directory / "factors.h5.lock"));
    EXPECT_EQ(test::in_child([&] { return OutputLock(output).is_held() ? 0 : 1; }), 0);
    EXPECT_FALSE(std::filesystem::exists(directory / "factors.h5.lock")) << "the destructor releases too";
}

TEST(OutputLock, ARestartOfTheSameSlurmJobTakesItFromAnOwnerThatLives) {
    const test::TemporaryDirectory directory;
    const auto output = directory / "factors.h5";
    ::setenv("SLURM_JOB_ID", "4711", 1);
    OutputLock old(output);
    const auto as_restart = [&](const char* restarts, const auto& body) {
        return test::in_child([&] {
            ::setenv("SLURM_RESTART_COUNT", restarts, 1);
            return body() ? 0 : 1;
        });
    };
    const auto is_refused = [&] {
        return error_of([&] { OutputLock other(output); }).find("is being written by another run") !=
               std::string::npos;
    };
    EXPECT_EQ(as_restart("0", is_refused), 0) << "a second run of the same start";
    EXPECT_EQ(as_restart("1",
                         [&] {
                             const OutputLock lock(output);
                             return lock.is_held() &&
                                    lock.warning().find("taken from pid") != std::string::npos &&
                                    as_restart("0", is_refused) == 0;
                         }),
              0);
    old.release();  // as the old one ends: it has nothing more to remove
    OutputLock young(output);
    ::unsetenv("SLURM_JOB_ID");
    EXPECT_TRUE(young.is_held());
}

TEST(OutputLock, ALockFileLeftByAKilledOwnerIsTaken) {
    const test::TemporaryDirectory directory;
    const auto output = directory / "factors.h5";
    EXPECT_EQ(test::in_child([&] {
                  static OutputLock lock(output);
                  ::kill(::getpid(), SIGKILL);
                  return 0;
              }),
              -SIGKILL);
    EXPECT_TRUE(std::filesystem::exists(directory / "factors.h5.lock"));
    EXPECT_EQ(lock_owner(output), std::nullopt) << "nobody writes it any more";
    const OutputLock lock(output);
    EXPECT_TRUE(lock.is_held());
    EXPECT_THAT(lock_owner(output),
                testing::Optional(testing::StartsWith(fmt::format("pid {} on host ", ::getpid()))));
    std::ifstream file(directory / "factors.h5.lock");
    std::string line;
    std::getline(file, line);
    EXPECT_THAT(line, testing::StartsWith(fmt::format("pid {} on host ", ::getpid())));
}

TEST(OutputLock, LeavesAFileOfOthers) {
    const test::TemporaryDirectory directory;
    const auto output = directory / "factors.h5";
    std::ofstream(directory / "factors.h5.lock") << "precious";
    EXPECT_THAT(error_of([&] { OutputLock lock(output); }), testing::HasSubstr(".lock is in the way"));
    EXPECT_EQ(std::filesystem::file_size(directory / "factors.h5.lock"), 8U);
    std::filesystem::remove(directory / "factors.h5.lock");
    std::filesystem::create_symlink("elsewhere", directory / "factors.h5.lock");
    EXPECT_THAT(error_of([&] { OutputLock lock(output); }), testing::HasSubstr(".lock is in the way"));
    EXPECT_FALSE(std::filesystem::exists(directory / "elsewhere"));
}

TEST(OutputLock, AFullDiskLeavesNoLockFile) {
    const test::TemporaryDirectory directory;
    const auto output = directory / "factors.h5";
    const int status = test::in_child([&] {
        ::signal(SIGXFSZ, SIG_IGN);
        const rlimit bytes{0, 0};
        ::setrlimit(RLIMIT_FSIZE, &bytes);
        return error_of([&] { OutputLock lock(output); }) ==
                       output.string() +
                           ".lock: cannot write: File too large; make room or choose another --output"
                   ? 0
                   : 1;
    });
    EXPECT_EQ(status, 0);
    EXPECT_FALSE(std::filesystem::exists(directory / "factors.h5.lock"));
}

TEST(OutputLock, NeverTwoOwnersThoughEveryOneRemovesTheFile) {
    const test::TemporaryDirectory directory;
    const auto output = directory / "factors.h5";
    const auto witness = directory / "witness";
    std::vector<pid_t> children;
    for (int i = 0; i < 4; ++i) {
        children.push_back(::fork());
        if (children.back() != 0) continue;
        int status = 0;
        for (int owned = 0; owned < 100;) {
            try {
                OutputLock lock(output);
                ++owned;
                // Only the owner may find no witness, and make one.
                const int made = ::open(witness.c_str(), O_CREAT | O_EXCL | O_RDWR, 0600);
                if (made < 0) status = 1;
                ::close(made);
                ::unlink(witness.c_str());
                lock.release();
            } catch (const jobs::StorageError& error) {
                if (std::string_view(error.what()).find("is being written by another run") ==
                    std::string_view::npos)
                    ::_exit(2);
                std::this_thread::yield();
            }
        }
        ::_exit(status);
    }
    for (const pid_t child : children) {
        int status = 0;
        ::waitpid(child, &status, 0);
        EXPECT_EQ(status, 0);
    }
}

TEST(OutputLock, NamesADirectoryThatDoesNotExist) {
    const test::TemporaryDirectory directory;
    const auto output = directory / "none" / "factors.h5";
    EXPECT_EQ(error_of([&] { OutputLock lock(output); }),
              output.string() + ".lock: cannot create: No such file or directory");
}

}  // namespace
}  // namespace factorize::results
