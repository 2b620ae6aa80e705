#include "jobs/run_time.hpp"

#include <gtest/gtest.h>

namespace factorize::jobs {
namespace {

StageSeconds microseconds(double generate, double shuffle, double deflate, double send, double receive,
                          double write) {
    return {.generate = 1e-6 * generate,
            .shuffle = 1e-6 * shuffle,
            .deflate = 1e-6 * deflate,
            .send = 1e-6 * send,
            .receive = 1e-6 * receive,
            .write = 1e-6 * write};
}

void expect_pace(const StageSeconds& each, unsigned ranks, unsigned cores, double number_us,
                 Stage bottleneck) {
    const Pace found = pace(each, ranks, cores);
    EXPECT_NEAR(1e6 * found.number_s, number_us, 1e-6) << ranks << " ranks on " << cores << " cores";
    EXPECT_EQ(found.bottleneck, bottleneck) << ranks << " ranks on " << cores << " cores";
}

TEST(Pace, OneWorkerIsAsFastAsItsCore) {
    const StageSeconds each = microseconds(6, 1, 2, 1, 0.5, 0.5);
    for (const unsigned ranks : {1U, 2U}) expect_pace(each, ranks, 8, 10, Stage::generate);
}

TEST(Pace, WorkersShareTheWorkUntilRankZeroCannotFollow) {
    const StageSeconds each = microseconds(3, 1, 5, 1, 0.4, 0.6);
    expect_pace(each, 6, 64, 2, Stage::deflate);
    expect_pace(each, 33, 64, 1, Stage::write);
    expect_pace(microseconds(3, 1, 5, 1, 0.6, 0.4), 33, 64, 1, Stage::gather);
    expect_pace(microseconds(1, 5, 3, 1, 0.4, 0.6), 6, 64, 2, Stage::shuffle);
    expect_pace(microseconds(1, 1, 3, 5, 0.4, 0.6), 6, 64, 2, Stage::gather);
}

TEST(Pace, NoMoreCoresThanThereAre) {
    const StageSeconds each = microseconds(5, 1, 2, 2, 1, 1);
    expect_pace(each, 8, 2, 6, Stage::generate);
    expect_pace(each, 3, 2, 6, Stage::generate);
    expect_pace(each, 4, 1, 12, Stage::generate);
    expect_pace(microseconds(1, 1, 1, 1, 1, 3), 3, 1, 8, Stage::write);
}

TEST(RunSeconds, AddsABeginningAndAnEnd) {
    const Pace each{.number_s = 1e-6, .bottleneck = Stage::write};
    EXPECT_GT(run_seconds(1, each), 0.01);
    EXPECT_NEAR(run_seconds(1e7, each) - run_seconds(0, each), 10, 1e-6);
}

TEST(Stage, HasANameForUsers) {
    EXPECT_EQ(to_text(Stage::generate), "generate");
    EXPECT_EQ(to_text(Stage::shuffle), "shuffle");
    EXPECT_EQ(to_text(Stage::deflate), "deflate");
    EXPECT_EQ(to_text(Stage::gather), "gather");
    EXPECT_EQ(to_text(Stage::write), "write");
}

}  // namespace
}  // namespace factorize::jobs
