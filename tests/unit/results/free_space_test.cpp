#include "results/free_space.hpp"

#include <gtest/gtest.h>

#include "jobs/error.hpp"
#include "unit/results/sample_job.hpp"

namespace factorize::results {
namespace {

TEST(FreeSpace, IsThatOfTheDirectoryOfTheOutput) {
    const test::TemporaryDirectory directory;
    const auto known = std::filesystem::space(directory.path()).available;
    const std::uint64_t found = free_space(directory / "not yet there.h5");
    EXPECT_NEAR(static_cast<double>(found), static_cast<double>(known), 0.2 * static_cast<double>(known));
    EXPECT_GT(free_space("bare-name.h5"), 0U);
    EXPECT_THROW(static_cast<void>(free_space(directory / "none" / "f.h5")), jobs::StorageError);
}

}  // namespace
}  // namespace factorize::results
