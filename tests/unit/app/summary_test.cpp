#include "app/summary.hpp"

#include <gtest/gtest.h>

namespace factorize::app {
namespace {

TEST(SpeedText, CountsWhatTheRunDidItself) {
    const results::Totals totals{.numbers = 1000, .seconds = 2};
    EXPECT_EQ(speed_text(totals, 0), "1000 in 2.00 s: 500 numbers/s, 2 ms each");
    EXPECT_EQ(speed_text(totals, 900), "1000, 100 of them by this run in 2.00 s: 50 numbers/s, 20 ms each");
    EXPECT_EQ(speed_text(totals, 1000), "1000, 0 of them by this run");
}

TEST(FailedText, SaysUpToBeyondWhatIsListed) {
    EXPECT_EQ(failed_text(1), "1 number");
    EXPECT_EQ(failed_text(1024), "1024 numbers");
    EXPECT_EQ(failed_text(1025), "up to 1025 numbers (1024 are listed)");
}

}  // namespace
}  // namespace factorize::app
