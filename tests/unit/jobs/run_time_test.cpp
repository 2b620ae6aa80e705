#include "jobs/run_time.hpp"

#include <gtest/gtest.h>

namespace factorize::jobs {
namespace {

constexpr double million = 1e6;
constexpr double tolerance_s = 0.3;  // beside the time that every run takes

TEST(Forecast, OneWorkerIsAsFastAsItsCore) {
    const StageSeconds each{.generate = 6e-6, .encode = 4e-6, .write = 1e-6};
    for (const unsigned ranks : {1U, 2U}) {
        const Forecast found = forecast(million, each, ranks, 8);
        EXPECT_NEAR(found.seconds, 10, tolerance_s);
        EXPECT_EQ(found.bottleneck, Stage::generate);
    }
}

TEST(Forecast, WorkersShareTheWorkUntilRankZeroCannotFollow) {
    const StageSeconds each{.generate = 4e-6, .encode = 6e-6, .write = 1e-6};
    EXPECT_NEAR(forecast(million, each, 6, 64).seconds, 2, tolerance_s);
    EXPECT_EQ(forecast(million, each, 6, 64).bottleneck, Stage::encode);
    EXPECT_NEAR(forecast(million, each, 33, 64).seconds, 1, tolerance_s);
    EXPECT_EQ(forecast(million, each, 33, 64).bottleneck, Stage::write);
}

TEST(Forecast, NoMoreCoresThanThereAre) {
    const StageSeconds each{.generate = 8e-6, .encode = 2e-6, .write = 2e-6};
    EXPECT_NEAR(forecast(million, each, 8, 2).seconds, 5, tolerance_s);
    EXPECT_EQ(forecast(million, each, 8, 2).bottleneck, Stage::generate);
    EXPECT_NEAR(forecast(million, each, 4, 1).seconds, 10, tolerance_s);
}

TEST(Forecast, ASmallJobStillTakesItsTime) { EXPECT_GT(forecast(1, {1e-6, 1e-6, 1e-6}, 8, 8).seconds, 0.01); }

TEST(Forecast, NamesItsStages) {
    EXPECT_EQ(to_text(Stage::generate), "generate");
    EXPECT_EQ(to_text(Stage::encode), "encode");
    EXPECT_EQ(to_text(Stage::write), "write");
}

}  // namespace
}  // namespace factorize::jobs
