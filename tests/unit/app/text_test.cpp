#include "app/text.hpp"

#include <gtest/gtest.h>

namespace factorize::app {
namespace {

TEST(Counted, HasAPluralButForOne) {
    EXPECT_EQ(counted(0, "worker"), "0 workers");
    EXPECT_EQ(counted(1, "worker"), "1 worker");
    EXPECT_EQ(counted(7, "worker"), "7 workers");
}

TEST(ShortText, HasThreeDigitsAndAPowerOfThousand) {
    EXPECT_EQ(short_text(0), "0");
    EXPECT_EQ(short_text(0.25), "0.25");
    EXPECT_EQ(short_text(999.4), "999");
    EXPECT_EQ(short_text(999.6), "1k");
    EXPECT_EQ(short_text(30'412'345), "30.4M");
    EXPECT_EQ(short_text(2.5e12), "2.5T");
    EXPECT_EQ(short_text(1.8e19), "18E");
}

TEST(RateText, HasThreeDigitsAndAUnit) {
    EXPECT_EQ(rate_text(0), "0 numbers/s");
    EXPECT_EQ(rate_text(0.25), "0.25 numbers/s");
    EXPECT_EQ(rate_text(999), "999 numbers/s");
    EXPECT_EQ(rate_text(999.6), "1k numbers/s");
    EXPECT_EQ(rate_text(876'400), "876k numbers/s");
    EXPECT_EQ(rate_text(8.76e6), "8.76M numbers/s");
    EXPECT_EQ(rate_text(1.5e9), "1.5G numbers/s");
}

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

TEST(DurationText, HasThreeDigitsAndAUnit) {
    EXPECT_EQ(duration_text(0), "0 us");
    EXPECT_EQ(duration_text(1.142e-7), "0.114 us");
    EXPECT_EQ(duration_text(1.142e-6), "1.14 us");
    EXPECT_EQ(duration_text(999.4e-6), "999 us");
    EXPECT_EQ(duration_text(999.6e-6), "1 ms");
    EXPECT_EQ(duration_text(0.0025), "2.5 ms");
    EXPECT_EQ(duration_text(0.9996), "1 s");
    EXPECT_EQ(duration_text(99.9), "99.9 s");
    EXPECT_EQ(duration_text(600), "10 minutes");
    EXPECT_EQ(duration_text(5999), "100 minutes");
    EXPECT_EQ(duration_text(5 * 3600), "5 hours");
    EXPECT_EQ(duration_text(100 * 86400), "100 days");
    EXPECT_EQ(duration_text(10'000 * 86400.0), "27.4 years");
    EXPECT_EQ(duration_text(2e7 * 86400.0), "54.8k years");
}

TEST(ClockText, CountsInDaysWhereHoursDoNotSay) {
    EXPECT_EQ(clock_text(0.9), "0:00:00");
    EXPECT_EQ(clock_text(3723), "1:02:03");
    EXPECT_EQ(clock_text(86399), "23:59:59");
    EXPECT_EQ(clock_text(86400 * 12 + 3 * 3600), "12d03h");
}

}  // namespace
}  // namespace factorize::app
