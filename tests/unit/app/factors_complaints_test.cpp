#include "app/factors_complaints.hpp"

#include <gtest/gtest.h>

namespace factorize::app {
namespace {

TEST(NotAnInteger, NamesThePlace) {
    EXPECT_EQ(not_an_integer({"argument", 2}, "1.5"), "argument 2: '1.5' is not an integer >= 1");
    EXPECT_EQ(not_an_integer({"standard input, line", 7}, "0"),
              "standard input, line 7: '0' is not an integer >= 1");
}

}  // namespace
}  // namespace factorize::app
