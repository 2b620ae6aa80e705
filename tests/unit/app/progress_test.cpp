#include "app/progress.hpp"

#include <functional>
#include <string>

#include <gtest/gtest.h>

namespace factorize::app {
namespace {

/// What goes to standard error, which is no terminal then.
std::string printed(const std::function<void(Progress&)>& body) {
    testing::internal::CaptureStderr();
    Progress progress;
    body(progress);
    return testing::internal::GetCapturedStderr();
}

TEST(ProgressWithoutATerminal, PrintsLinesEverMoreRarely) {
    EXPECT_EQ(printed([](Progress& progress) {
                  progress.begin("factoring", 0, 10'000, 100);
                  std::uint64_t done = 0;
                  for (int quarters = 0; quarters <= 4 * 100; ++quarters) {
                      const double now = 100 + quarters / 4.0;
                      done += 25;
                      if (progress.is_due(now)) progress.show(done - 25, 7, now);
                  }
                  progress.clear();
              }),
              "factoring: 200 of 10000 (2.0 %), 100 numbers/s, 0:01:38 left, 7 workers\n"
              "factoring: 600 of 10000 (6.0 %), 100 numbers/s, 0:01:34 left, 7 workers\n"
              "factoring: 1400 of 10000 (14.0 %), 100 numbers/s, 0:01:26 left, 7 workers\n"
              "factoring: 3000 of 10000 (30.0 %), 100 numbers/s, 0:01:10 left, 7 workers\n"
              "factoring: 6000 of 10000 (60.0 %), 100 numbers/s, 0:00:40 left, 7 workers\n"
              "factoring: 9000 of 10000 (90.0 %), 100 numbers/s, 0:00:10 left, 7 workers\n");
}

TEST(ProgressWithoutATerminal, AShortRunPrintsNothing) {
    EXPECT_EQ(printed([](Progress& progress) {
                  progress.begin("factoring", 0, 10, 5);
                  EXPECT_FALSE(progress.is_due(6.9));
                  progress.clear();
              }),
              "");
}

TEST(ProgressWithoutATerminal, EachPhaseBeginsAnew) {
    printed([](Progress& progress) {
        progress.begin("factoring", 0, 10, 5);
        progress.begin("laying out", 0, 10, 100);
        EXPECT_FALSE(progress.is_due(101.9));
        EXPECT_TRUE(progress.is_due(102));
    });
}

TEST(ProgressWithoutATerminal, ARateIsThatOfThisRun) {
    EXPECT_EQ(printed([](Progress& progress) {
                  progress.begin("laying out", 500, 1'000, 0);
                  progress.show(530, 1, 30);
              }),
              "laying out: 530 of 1000 (53.0 %), 1 numbers/s, 0:07:50 left, 1 worker\n");
}

TEST(ProgressWithoutATerminal, PromisesNothingWhereNothingMoves) {
    EXPECT_EQ(printed([](Progress& progress) {
                  progress.begin("factoring", 7, 1'000, 0);
                  progress.show(7, 2, 40);
              }),
              "factoring: 7 of 1000 (0.7 %), 0 numbers/s, unknown left, 2 workers\n");
}

TEST(ProgressWithoutATerminal, CountsInDaysWhereHoursDoNotSay) {
    EXPECT_EQ(printed([](Progress& progress) {
                  progress.begin("factoring", 0, 3'000 + 190'000, 0);
                  progress.show(3'000, 2, 3'000);
              }),
              "factoring: 3000 of 193000 (1.6 %), 1 numbers/s, 2d04h left, 2 workers\n");
}

TEST(QuietProgress, IsNeverDue) {
    Progress progress(/*quiet=*/true);
    progress.begin("factoring", 0, 10, 5);
    EXPECT_FALSE(progress.is_due(1e9));
}

}  // namespace
}  // namespace factorize::app
