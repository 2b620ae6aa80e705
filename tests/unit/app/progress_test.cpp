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

TEST(ProgressWithoutATerminal, PrintsALineEvery30Seconds) {
    EXPECT_EQ(printed([](Progress& progress) {
                  progress.begin("factoring", 0, 1'000, 100);
                  progress.update(10, 101);
                  progress.update(290, 129.9);
                  progress.update(300, 130);
                  progress.update(310, 131);
                  progress.update(600, 160);
                  progress.clear();
              }),
              "factoring: 300 of 1000 numbers (30.0 %), 10 numbers/s, 0:01:10 left\n"
              "factoring: 600 of 1000 numbers (60.0 %), 10 numbers/s, 0:00:40 left\n");
}

TEST(ProgressWithoutATerminal, AShortRunPrintsNothing) {
    EXPECT_EQ(printed([](Progress& progress) {
                  progress.begin("factoring", 0, 10, 5);
                  progress.update(10, 5.5);
                  progress.clear();
              }),
              "");
}

TEST(ProgressWithoutATerminal, ARateIsThatOfThisRun) {
    EXPECT_EQ(printed([](Progress& progress) {
                  progress.begin("laying out", 500, 1'000, 0);
                  progress.update(530, 30);
              }),
              "laying out: 530 of 1000 numbers (53.0 %), 1 numbers/s, 0:07:50 left\n");
}

TEST(ProgressWithoutATerminal, PromisesNothingWhereNothingMoves) {
    EXPECT_EQ(printed([](Progress& progress) {
                  progress.begin("factoring", 7, 1'000, 0);
                  progress.update(7, 40);
              }),
              "factoring: 7 of 1000 numbers (0.7 %), 0 numbers/s, unknown left\n");
}

TEST(ProgressWithoutATerminal, CountsInDaysWhereHoursDoNotSay) {
    EXPECT_EQ(printed([](Progress& progress) {
                  progress.begin("factoring", 0, 3'000 + 190'000, 0);
                  progress.update(3'000, 3'000);
              }),
              "factoring: 3000 of 193000 numbers (1.6 %), 1 numbers/s, 2d04h left\n");
}

}  // namespace
}  // namespace factorize::app
