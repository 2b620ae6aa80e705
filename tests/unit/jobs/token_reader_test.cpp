#include "jobs/token_reader.hpp"

#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "jobs/error.hpp"

namespace factorize::jobs {
namespace {

using namespace std::string_view_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

/// A pipe whose writing end the test holds. What is written must fit a pipe's 64 KiB.
class Pipe {
public:
    Pipe() { EXPECT_EQ(::pipe2(ends_, O_CLOEXEC), 0); }
    ~Pipe() {
        ::close(ends_[0]);
        close_writer();
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;

    [[nodiscard]] int reader() const { return ends_[0]; }
    void write(std::string_view text) const {
        ASSERT_EQ(::write(ends_[1], text.data(), text.size()), static_cast<ssize_t>(text.size()));
    }
    void close_writer() {
        if (ends_[1] >= 0) ::close(std::exchange(ends_[1], -1));
    }

private:
    int ends_[2] = {-1, -1};
};

/// An unnamed file that holds `text`, at its start.
class TextFile {
public:
    explicit TextFile(std::string_view text) {
        char path[] = "/tmp/token_reader_test-XXXXXX";
        descriptor_ = ::mkstemp(path);
        ::unlink(path);
        EXPECT_EQ(::write(descriptor_, text.data(), text.size()), static_cast<ssize_t>(text.size()));
        ::lseek(descriptor_, 0, SEEK_SET);
    }
    ~TextFile() { ::close(descriptor_); }
    TextFile(const TextFile&) = delete;
    TextFile& operator=(const TextFile&) = delete;

    [[nodiscard]] int descriptor() const { return descriptor_; }

private:
    int descriptor_;
};

using Tokens = std::vector<std::pair<std::string, std::uint64_t>>;

Tokens tokens_of(std::string_view text) {
    const TextFile file(text);
    TokenReader reader(file.descriptor(), "a file");
    Tokens tokens;
    while (const std::optional<Token> token = reader.next()) tokens.emplace_back(token->text, token->line);
    return tokens;
}

TEST(TokenReader, FindsNothingInNothing) {
    EXPECT_THAT(tokens_of(""), IsEmpty());
    EXPECT_THAT(tokens_of(" \n\t\r\v\f\n"), IsEmpty());
}

TEST(TokenReader, CutsAtAnyWhiteSpaceAndCountsLines) {
    EXPECT_THAT(tokens_of(" 1\t2\v3\f4\r\n5\n\n 6 7\n8"),
                ElementsAre(Pair("1", 1), Pair("2", 1), Pair("3", 1), Pair("4", 1), Pair("5", 2),
                            Pair("6", 4), Pair("7", 4), Pair("8", 5)));
}

TEST(TokenReader, KeepsBytesThatAreNoWhiteSpace) {
    using namespace std::string_view_literals;
    EXPECT_THAT(tokens_of("\0a\xff \xc2\xa0 -1\n"sv),
                ElementsAre(Pair("\0a\xff"sv, 1), Pair("\xc2\xa0", 1), Pair("-1", 1)));
}

TEST(TokenReader, TokensAcrossBufferBorders) {
    // Over a megabyte of tokens of 1 to 20 digits: every buffer border falls somewhere into them.
    std::string text;
    Tokens expected;
    std::uint64_t n = 1;
    for (std::uint64_t line = 1; line <= 100'000; ++line) {
        n = n * 6364136223846793005U + 1442695040888963407U;
        const std::string token = std::to_string(n >> (line % 64));
        text += token + "\n";
        expected.emplace_back(token, line);
    }
    ASSERT_GT(text.size(), std::size_t{1} << 20);
    EXPECT_EQ(tokens_of(text), expected);
}

TEST(TokenReader, WhiteSpaceLongerThanTheBuffer) {
    std::string text(700'002, '\n');
    text.front() = '1';
    text.back() = '2';
    EXPECT_THAT(tokens_of(text), ElementsAre(Pair("1", 1), Pair("2", 700'001)));
}

TEST(TokenReader, HoldsALongTokenWhole) {
    const std::string token(max_token_bytes - 1, '7');
    EXPECT_THAT(tokens_of("1 " + token + " 2"), ElementsAre(Pair("1", 1), Pair(token, 1), Pair("2", 1)));
}

TEST(TokenReader, CutsATokenThatIsTooLong) {
    const std::string cut(max_token_bytes, '7');
    for (const std::size_t excess :
         {std::size_t{0}, std::size_t{1}, std::size_t{262'144}, std::size_t{5'000'000}})
        EXPECT_THAT(tokens_of("1\n" + cut + std::string(excess, '7') + "\n2 3\n"),
                    ElementsAre(Pair("1", 1), Pair(cut, 2), Pair("2", 3), Pair("3", 3)))
            << excess;
    EXPECT_THAT(tokens_of(cut + std::string(5'000'000, '7')), ElementsAre(Pair(cut, 1)));
}

/// What next_numbers() gives at once; the text is followed by enough for it not to be the last.
std::vector<std::uint64_t> first_numbers(std::string_view text) {
    const TextFile file(std::string(text) + std::string(64, ' '));
    TokenReader reader(file.descriptor(), "a file");
    EXPECT_TRUE(reader.ready());
    std::vector<std::uint64_t> numbers(10);
    numbers.resize(reader.next_numbers(numbers));
    return numbers;
}

TEST(NextNumbers, TakesPlainNumbersOfEveryLength) {
    EXPECT_THAT(first_numbers("1\n12 123\r\n1234\t12345678\n\n123456789\v"),
                ElementsAre(1, 12, 123, 1234, 12345678, 123456789));
    EXPECT_THAT(first_numbers("1234567890123456 12345678901234567\n9999999999999999999 "),
                ElementsAre(1234567890123456U, 12345678901234567U, 9999999999999999999U));
}

TEST(NextNumbers, LeavesOthersToNext) {
    using namespace std::string_view_literals;
    for (const std::string_view other :
         {"0"sv, "007"sv, "+7"sv, "-7"sv, "7x"sv, "7\0"sv, "12345678:"sv, "1234567/"sv, "\xb7"sv, "7\xb7"sv,
          "10000000000000000000"sv, "18446744073709551616"sv, "111111111111111111111111111111111"sv})
        EXPECT_THAT(first_numbers("5 " + std::string(other) + " 6 "), ElementsAre(5)) << other;
}

TEST(NextNumbers, TakesNoMoreThanItIsAskedFor) {
    const TextFile file("1 2 3 4\n5 6\n" + std::string(64, ' ') + "x");
    TokenReader reader(file.descriptor(), "a file");
    std::vector<std::uint64_t> numbers(4);
    EXPECT_EQ(reader.next_numbers(numbers), 0U);  // nothing is read yet
    EXPECT_TRUE(reader.ready());
    EXPECT_EQ(reader.next_numbers(numbers), 4U);
    EXPECT_EQ(reader.next()->line, 2U);
    EXPECT_EQ(reader.next_numbers(numbers), 1U);
    EXPECT_EQ(numbers[0], 6U);
    EXPECT_EQ(reader.next()->text, "x");
    EXPECT_EQ(reader.next_numbers(numbers), 0U);
}

TEST(NextNumbers, AgreesWithNextOnAnyText) {
    std::string text;
    std::uint64_t random = 1;
    for (int i = 0; i < 300'000; ++i) {
        random = random * 6364136223846793005U + 1442695040888963407U;
        const auto pick = static_cast<unsigned>(random >> 40);
        text += pick % 97 == 0  ? "+-x/:\xb1\r"[pick / 97 % 7]
                : pick % 7 == 0 ? " \n"[pick / 7 % 2]
                                : "0123456789"[pick / 7 % 10];
    }
    Tokens expected;
    for (const auto& [token, line] : tokens_of(text)) {
        const std::optional<std::uint64_t> n = parse_number(token);
        expected.emplace_back(n ? std::to_string(*n) : token, line);
    }

    const TextFile file(text);
    TokenReader reader(file.descriptor(), "a file");
    Tokens tokens;
    std::vector<std::uint64_t> numbers(3);
    std::size_t taken = 0;
    while (reader.ready()) {
        const std::size_t count = reader.next_numbers(numbers);
        taken += count;
        for (std::size_t i = 0; i < count; ++i)
            tokens.emplace_back(std::to_string(numbers[i]), expected.at(tokens.size()).second);
        const std::optional<Token> token = reader.next();
        if (!token) break;
        const std::optional<std::uint64_t> n = parse_number(token->text);
        tokens.emplace_back(n ? std::to_string(*n) : token->text, token->line);
    }
    EXPECT_EQ(tokens, expected);
    EXPECT_GT(taken, expected.size() / 2);
}

TEST(NextNumbers, DoesNotWait) {
    Pipe pipe;
    TokenReader reader(pipe.reader(), "a pipe");
    std::vector<std::uint64_t> numbers(4);
    EXPECT_EQ(reader.next_numbers(numbers), 0U);
    pipe.write("123 45");
    EXPECT_TRUE(reader.ready());
    EXPECT_EQ(reader.next_numbers(numbers), 0U);  // too near the end of what is read
    EXPECT_EQ(reader.next()->text, "123");
    EXPECT_FALSE(reader.ready());
}

TEST(TokenReader, ASlowPipeNeverYieldsHalfAToken) {
    Pipe pipe;
    TokenReader reader(pipe.reader(), "a pipe");
    EXPECT_FALSE(reader.ready());
    pipe.write("12");
    EXPECT_FALSE(reader.ready());
    EXPECT_FALSE(reader.has_buffered_token());
    pipe.write("34\n5");
    EXPECT_TRUE(reader.ready());
    EXPECT_EQ(reader.next()->text, "1234");
    EXPECT_FALSE(reader.ready());
    pipe.write(" ");
    EXPECT_TRUE(reader.ready());
    EXPECT_TRUE(reader.has_buffered_token());
    const std::optional<Token> five = reader.next();
    EXPECT_EQ(five->text, "5");
    EXPECT_EQ(five->line, 2U);
    EXPECT_FALSE(reader.ready());
    pipe.write("6");
    pipe.close_writer();
    EXPECT_TRUE(reader.ready());
    EXPECT_EQ(reader.next()->text, "6");
    EXPECT_TRUE(reader.ready());
    EXPECT_FALSE(reader.next().has_value());
    EXPECT_FALSE(reader.next().has_value());
}

TEST(TokenReader, ReadsANonBlockingDescriptorToo) {
    Pipe pipe;
    ASSERT_EQ(::fcntl(pipe.reader(), F_SETFL, O_NONBLOCK), 0);
    TokenReader reader(pipe.reader(), "a pipe");
    EXPECT_FALSE(reader.ready());
    pipe.write("7 ");
    EXPECT_EQ(reader.next()->text, "7");
    pipe.close_writer();
    EXPECT_FALSE(reader.next().has_value());
}

TEST(TokenReader, NamesAnUnreadableStream) {
    const int directory = ::open("/", O_RDONLY | O_CLOEXEC);
    TokenReader reader(directory, "standard input");
    try {
        static_cast<void>(reader.next());
        ADD_FAILURE() << "no error";
    } catch (const InputError& error) {
        EXPECT_STREQ(error.what(), "cannot read standard input: Is a directory");
    }
    ::close(directory);
}

TEST(ParseNumber, TakesDecimalIntegersFromOneToTheLast64Bits) {
    EXPECT_EQ(parse_number("1"), 1U);
    EXPECT_EQ(parse_number("18446744073709551615"), UINT64_MAX);
    EXPECT_EQ(parse_number("18446744073709551616"), std::nullopt);
    EXPECT_EQ(parse_number("99999999999999999999"), std::nullopt);
}

TEST(ParseNumber, AllowsAPlusAndLeadingZerosAsGnuFactorDoes) {
    EXPECT_EQ(parse_number("007"), 7U);
    EXPECT_EQ(parse_number("+7"), 7U);
    EXPECT_EQ(parse_number("+0018446744073709551615"), UINT64_MAX);
}

TEST(ParseNumber, RefusesWhatIsNoIntegerAboveZero) {
    using namespace std::string_view_literals;
    for (const std::string_view text :
         {""sv,    "+"sv,   "++7"sv, "-7"sv,  "+-7"sv,   "0"sv,     "+0"sv,
          "000"sv, "1.5"sv, "1."sv,  "1e3"sv, "0x10"sv,  "7a"sv,    "a7"sv,
          " 7"sv,  "7 "sv,  "7\0"sv, "\0"sv,  "1,000"sv, "1_000"sv, "\xd9\xa7"sv}) {
        EXPECT_EQ(parse_number(text), std::nullopt) << text;
        EXPECT_EQ(parse_digits(text), std::nullopt) << text;
    }
}

TEST(ParseDigits, GivesDigitsOfAnySizeWithoutLeadingZeros) {
    EXPECT_EQ(parse_digits("+00018446744073709551616"), "18446744073709551616");
    EXPECT_EQ(parse_digits(std::string(max_token_bytes - 1, '7')).value().size(), max_token_bytes - 1);
}

TEST(ParseDigits, RefusesATokenThatMayHaveBeenCut) {
    EXPECT_EQ(parse_digits(std::string(max_token_bytes - 1, '0') + "7"), std::nullopt);
}

TEST(InQuotes, ShowsEveryByteOnOneLine) {
    EXPECT_EQ(in_quotes("abc"), "'abc'");
    EXPECT_EQ(in_quotes(""), "''");
    EXPECT_EQ(in_quotes("a'b\\c"), R"('a\'b\\c')");
    EXPECT_EQ(in_quotes("\0\n\x1b\x7f\xff"sv), R"('\x00\x0a\x1b\x7f\xff')");
}

TEST(InQuotes, CutsWhatIsLong) {
    EXPECT_EQ(in_quotes(std::string(40, 'x')), "'" + std::string(40, 'x') + "'");
    EXPECT_EQ(in_quotes(std::string(41, 'x')), "'" + std::string(40, 'x') + "...' (41 characters)");
    EXPECT_EQ(in_quotes(std::string(max_token_bytes, 'x')),
              "'" + std::string(40, 'x') + "...' (1048576 or more characters)");
}

}  // namespace
}  // namespace factorize::jobs
