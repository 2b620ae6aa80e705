#include "results/result_creator.hpp"

#include <csignal>
#include <cstdlib>
#include <fstream>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "jobs/error.hpp"
#include "results/file_contents.hpp"
#include "results/result_reader.hpp"
#include "results/result_writer.hpp"
#include "unit/results/sample_job.hpp"

namespace factorize::results {
namespace {

using test::error_of;
using test::SampleJob;

TEST(ResultCreator, ASkeletonIsCompleteButNothingInItCounts) {
    const test::TemporaryDirectory directory;
    const auto path = directory / "factors.h5";
    const SampleJob job = SampleJob::range(1'000, 100);
    create_result_file(path, job.description, test::sample_provenance(), false);
    EXPECT_FALSE(std::filesystem::exists(directory / "factors.h5.tmp"));

    const FileSummary summary = ResultReader(path).summary();
    EXPECT_EQ(summary.job, job.description);
    EXPECT_EQ(summary.status, Status::partial);
    EXPECT_EQ(summary.provenance.command_line, "factorize run --range 1:10");
    EXPECT_EQ(summary.provenance.ranks, 8);
    EXPECT_EQ(summary.provenance.started, "2026-11-22T12:00:00Z");
    EXPECT_EQ(summary.hdf5_version, "1.10.8");
    EXPECT_EQ(summary.committed_blocks, 0U);
    EXPECT_EQ(summary.starts, 0U);
    EXPECT_FALSE(ResultReader(path).row(0));

    const test::Decoded zeros{
        std::vector<std::uint64_t>(job.numbers.size()), std::vector<std::uint32_t>(job.numbers.size()),
        std::vector<std::uint64_t>(job.numbers.size()), std::vector<std::uint64_t>(job.factors.size())};
    EXPECT_TRUE(test::decode_file(path) == zeros);
}

TEST(ResultCreator, RefusesAnExistingOutputUnlessToldToReplaceIt) {
    const test::TemporaryDirectory directory;
    const auto path = directory / "factors.h5";
    const SampleJob job = SampleJob::range(10, 5);
    create_result_file(path, SampleJob::range(1, 3).description, test::sample_provenance(), false);
    const std::string before = test::bytes_of(path);
    try {
        create_result_file(path, job.description, test::sample_provenance(), false);
        FAIL();
    } catch (const jobs::Error& error) {
        EXPECT_EQ(error.status(), jobs::ExitStatus::usage);
        EXPECT_EQ(error.what(),
                  path.string() + " exists; use --resume to continue it or --overwrite to replace it");
    }
    EXPECT_EQ(test::bytes_of(path), before);
    create_result_file(path, job.description, test::sample_provenance(), true);
    EXPECT_EQ(ResultReader(path).summary().job, job.description);
}

TEST(ResultCreator, ReplacesAStaleTemporaryFile) {
    const test::TemporaryDirectory directory;
    const auto path = directory / "factors.h5";
    const SampleJob job = SampleJob::range(10, 5);
    for (const char* left_by_a_crash : {"", "\x89HD", "\x89HDF\r\n\x1a\n and half of the rest"}) {
        std::ofstream(directory / "factors.h5.tmp") << left_by_a_crash;
        create_result_file(path, job.description, test::sample_provenance(), true);
        EXPECT_FALSE(std::filesystem::exists(directory / "factors.h5.tmp"));
    }
}

TEST(ResultCreator, LeavesATemporaryFileOfOthers) {
    const test::TemporaryDirectory directory;
    const auto path = directory / "factors.h5";
    std::ofstream(directory / "factors.h5.tmp") << "precious";
    const SampleJob job = SampleJob::range(10, 5);
    EXPECT_EQ(error_of([&] { create_result_file(path, job.description, test::sample_provenance(), true); }),
              path.string() +
                  ".tmp is in the way, and not a file that factorize made: move it away or choose another "
                  "--output");
    EXPECT_EQ(std::filesystem::file_size(directory / "factors.h5.tmp"), 8U);
    EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(ResultCreator, NamesTheDirectoryThatDoesNotWork) {
    const test::TemporaryDirectory directory;
    const auto missing = directory / "none";
    EXPECT_EQ(error_of([&] { check_output(missing / "f.h5", false); }),
              fmt::format("{}: the directory {} does not exist; create it or choose another --output",
                          (missing / "f.h5").string(), missing.string()));
    EXPECT_EQ(error_of([&] { check_output(directory.path(), false); }),
              fmt::format("{} is a directory; choose another --output", directory.path().string()));
    EXPECT_EQ(error_of([&] { check_output("", false); }), "'' is no name of a file; choose another --output");
    EXPECT_EQ(error_of([&] { check_output("/dev/null", true); }),
              "/dev/null is not a regular file; choose another --output");
    if (::geteuid() != 0) {
        std::filesystem::permissions(directory.path(), std::filesystem::perms::owner_read);
        EXPECT_THAT(error_of([&] { check_output(directory / "f.h5", false); }),
                    testing::HasSubstr("is not writable"));
        std::filesystem::permissions(directory.path(), std::filesystem::perms::owner_all);
    }
}

TEST(ResultCreator, FollowsLinksToWhatNeedNotExist) {
    const test::TemporaryDirectory directory;
    EXPECT_EQ(link_target("factors.h5"), "factors.h5");
    EXPECT_EQ(link_target(directory / "none"), directory / "none");
    std::filesystem::create_symlink("second", directory / "first");
    std::filesystem::create_symlink("/no/such", directory / "second");
    EXPECT_EQ(link_target(directory / "first"), "/no/such");
    std::filesystem::create_symlink("round", directory / "round");
    EXPECT_THAT(error_of([&] { (void)link_target(directory / "round"); }),
                testing::HasSubstr("cannot follow"));
}

TEST(ResultCreator, LongTextsAreCutAndTooManyRangesRefused) {
    const test::TemporaryDirectory directory;
    SampleJob job = SampleJob::range(10, 5);
    Provenance provenance = test::sample_provenance();
    provenance.command_line = std::string(5000, 'x');
    create_result_file(directory / "a.h5", job.description, provenance, false);
    const std::string stored = ResultReader(directory / "a.h5").summary().provenance.command_line;
    EXPECT_EQ(stored, std::string(4093, 'x') + "...");

    job.description.job = std::string(60'000, 'r');
    create_result_file(directory / "b.h5", job.description, provenance, false);
    EXPECT_EQ(ResultReader(directory / "b.h5").summary().job.job.size(), 60'000U);
    job.description.job += 'r';
    EXPECT_THROW(create_result_file(directory / "c.h5", job.description, provenance, false),
                 jobs::InputError);
    EXPECT_FALSE(std::filesystem::exists(directory / "c.h5"));
    EXPECT_FALSE(std::filesystem::exists(directory / "c.h5.tmp"));
}

TEST(ResultCreator, AFullDiskLeavesTheOldFileAndNoHalfMadeOne) {
    const test::TemporaryDirectory directory;
    const auto path = directory / "factors.h5";
    const SampleJob old_job = SampleJob::range(10, 5);
    create_result_file(path, old_job.description, test::sample_provenance(), false);
    const SampleJob job = SampleJob::range(1'000, 1'000);
    for (const rlim_t limit : {0, 100, 5'000, 100'000, 170'000}) {
        const int status = test::in_child([&] {
            ::signal(SIGXFSZ, SIG_IGN);
            const rlimit bytes{limit, limit};
            ::setrlimit(RLIMIT_FSIZE, &bytes);
            const std::string error =
                error_of([&] { create_result_file(path, job.description, test::sample_provenance(), true); });
            return error.starts_with(path.string() + ": cannot ") &&
                           error.find("File too large") != std::string::npos
                       ? 0
                       : 1;
        });
        EXPECT_EQ(status, 0) << limit;
        EXPECT_FALSE(std::filesystem::exists(directory / "factors.h5.tmp"));
        EXPECT_EQ(ResultReader(path).summary().job, old_job.description);
    }
}

TEST(ResultCreator, HDF5TakesNoLocksWhateverTheEnvironmentSays) {
    const test::TemporaryDirectory directory;
    const auto path = directory / "factors.h5";
    const SampleJob job = SampleJob::range(10, 5);
    // In a child of its own: the library reads the variable when it starts, and may have started here
    // already.
    const int status = test::in_child([&] {
        ::setenv("HDF5_USE_FILE_LOCKING", "TRUE", 1);
        create_result_file(path, job.description, test::sample_provenance(), false);
        const int descriptor = ::open(path.c_str(), O_RDWR);
        if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) return 1;
        static_cast<void>(ResultReader(path).summary());
        ResultWriter writer(path, job.description, test::sample_provenance());
        writer.close();
        return std::string(std::getenv("HDF5_USE_FILE_LOCKING")) == "TRUE" ? 0 : 2;
    });
    EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace factorize::results
