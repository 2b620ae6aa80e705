#include "app/factors_complaints.hpp"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "jobs/token_reader.hpp"

namespace factorize::app {
namespace {

using namespace std::string_view_literals;

TEST(InQuotes, ShowsEveryByteOnOneLine) {
    EXPECT_EQ(in_quotes("abc"), "'abc'");
    EXPECT_EQ(in_quotes(""), "''");
    EXPECT_EQ(in_quotes("a'b\\c"), R"('a\'b\\c')");
    EXPECT_EQ(in_quotes("\0\n\x1b\x7f\xff"sv), R"('\x00\x0a\x1b\x7f\xff')");
}

TEST(InQuotes, CutsWhatIsLong) {
    EXPECT_EQ(in_quotes(std::string(40, 'x')), "'" + std::string(40, 'x') + "'");
    EXPECT_EQ(in_quotes(std::string(41, 'x')), "'" + std::string(40, 'x') + "...' (41 characters)");
    EXPECT_EQ(in_quotes(std::string(jobs::max_token_bytes, 'x')),
              "'" + std::string(40, 'x') + "...' (1048576 or more characters)");
}

TEST(NotAnInteger, NamesThePlace) {
    EXPECT_EQ(not_an_integer({"argument", 2}, "1.5"), "argument 2: '1.5' is not an integer >= 1");
    EXPECT_EQ(not_an_integer({"standard input, line", 7}, "0"),
              "standard input, line 7: '0' is not an integer >= 1");
}

}  // namespace
}  // namespace factorize::app
