// A process that crashes under a guard ends as one that met a damaged file.
#include "results/crash_guard.hpp"

#include <csignal>

#include <gtest/gtest.h>

#include "unit/results/sample_job.hpp"

namespace factorize::results {
namespace {

TEST(CrashGuard, ACrashIsADamagedFile) {
    for (const int signal : {SIGSEGV, SIGFPE}) {
        testing::internal::CaptureStderr();
        const int status = test::in_child([signal] {
            std::signal(signal, SIG_DFL);
            const CrashGuard guard("factors.h5");
            std::raise(signal);
            return 0;
        });
        EXPECT_EQ(status, 4);
        EXPECT_EQ(testing::internal::GetCapturedStderr(),
                  "factorize: factors.h5 is damaged: HDF5 crashed while reading it; restore it from a copy, "
                  "or make "
                  "it again with --overwrite\n");
    }
}

TEST(CrashGuard, AfterwardsACrashIsACrash) {
    EXPECT_EQ(test::in_child([] {
                  std::signal(SIGSEGV, SIG_DFL);
                  { const CrashGuard guard("factors.h5"); }
                  std::raise(SIGSEGV);
                  return 0;
              }),
              -SIGSEGV);
}

}  // namespace
}  // namespace factorize::results
