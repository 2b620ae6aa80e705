#include "app/summary.hpp"

#include <gtest/gtest.h>

namespace factorize::app {
namespace {

TEST(BytesText, HasThreeDigitsAndAUnit) {
    EXPECT_EQ(bytes_text(0), "0 bytes");
    EXPECT_EQ(bytes_text(999), "999 bytes");
    EXPECT_EQ(bytes_text(1'000), "1 kB");
    EXPECT_EQ(bytes_text(1'234), "1.23 kB");
    EXPECT_EQ(bytes_text(45'600'000), "45.6 MB");
    EXPECT_EQ(bytes_text(1.2e9), "1.2 GB");
    EXPECT_EQ(bytes_text(7e12), "7 TB");
    EXPECT_EQ(bytes_text(3.4e15), "3.4 PB");
    EXPECT_EQ(bytes_text(2.5e21), "2.5 ZB");
    EXPECT_EQ(bytes_text(1e24), "1 YB");
}

TEST(BytesText, RoundsUpIntoTheNextUnit) {
    EXPECT_EQ(bytes_text(999'499), "999 kB");
    EXPECT_EQ(bytes_text(999'600), "1 MB");
    EXPECT_EQ(bytes_text(999'999'999), "1 GB");
}

TEST(SpeedText, CountsWhatTheRunDidItself) {
    const results::Totals totals{.numbers = 1000, .seconds = 2};
    EXPECT_EQ(speed_text(totals, 0), "1000 in 2.00 s: 500 numbers/s, 2e+03 us each");
    EXPECT_EQ(speed_text(totals, 900),
              "1000, 100 of them by this run in 2.00 s: 50 numbers/s, 2e+04 us each");
    EXPECT_EQ(speed_text(totals, 1000), "1000, 0 of them by this run");
}

TEST(FailedText, SaysUpToBeyondWhatIsListed) {
    EXPECT_EQ(failed_text(1), "1 number");
    EXPECT_EQ(failed_text(1024), "1024 numbers");
    EXPECT_EQ(failed_text(1025), "up to 1025 numbers (1024 are listed)");
}

}  // namespace
}  // namespace factorize::app
