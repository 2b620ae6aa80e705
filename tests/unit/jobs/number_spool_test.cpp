#include "jobs/number_spool.hpp"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>
#include <xxhash.h>

#include "jobs/error.hpp"
#include "support/error_text.hpp"
#include "support/temporary_directory.hpp"

namespace factorize::jobs {
namespace {

using namespace std::string_view_literals;
using test::text_of;

class NumberSpoolTest : public testing::Test {
protected:
    SpoolSummary spool_text(std::string_view text, bool skip_invalid = false) {
        std::ofstream(directory_ / "list.txt", std::ios::binary) << text;
        const int descriptor = ::open((directory_ / "list.txt").c_str(), O_RDONLY | O_CLOEXEC);
        struct Closer {
            int descriptor;
            ~Closer() { ::close(descriptor); }
        } const closer{descriptor};
        TokenReader reader(descriptor, "list.txt");
        return spool_numbers(reader, spool_, skip_invalid);
    }

    [[nodiscard]] std::vector<std::uint64_t> spooled() const {
        const NumberSpool spool(spool_);
        std::vector<std::uint64_t> numbers(spool.rows());
        spool.read(0, numbers);
        return numbers;
    }

    void expect_nothing_left() const { EXPECT_TRUE(directory_.holds_only("list.txt")); }

    test::TemporaryDirectory directory_;
    std::filesystem::path spool_ = directory_ / "spool";
};

TEST_F(NumberSpoolTest, KeepsOrderAndDuplicates) {
    const SpoolSummary summary = spool_text("7 3\n\n  12\t18446744073709551615\r\n+0003 7 1");
    EXPECT_EQ(summary.skipped, 0U);
    EXPECT_EQ(summary.first_skipped, "");
    EXPECT_EQ(spooled(), (std::vector<std::uint64_t>{7, 3, 12, UINT64_MAX, 3, 7, 1}));
    EXPECT_EQ(std::filesystem::file_size(spool_), 16U + 7U * 8U);
}

TEST_F(NumberSpoolTest, RefusesTheFirstInvalidTokenByFileAndLine) {
    const std::string ending =
        " is not an integer from 1 to 18446744073709551615; mend the list, or skip such tokens with "
        "--skip-invalid";
    const auto refusal = [this](std::string_view text) {
        return text_of<InputError>([&] { spool_text(text); });
    };
    EXPECT_EQ(refusal("1\n2 abc\ndef"), "list.txt:2: 'abc'" + ending);
    EXPECT_EQ(refusal("0"), "list.txt:1: '0'" + ending);
    EXPECT_EQ(refusal("1\n\n\n-5 6"), "list.txt:4: '-5'" + ending);
    EXPECT_EQ(refusal("18446744073709551615 18446744073709551616"),
              "list.txt:1: '18446744073709551616'" + ending);
    expect_nothing_left();
}

TEST_F(NumberSpoolTest, PassesOverInvalidTokensWhenTold) {
    const SpoolSummary summary = spool_text("x 1\n0 2 1.5\n3", true);
    EXPECT_EQ(summary.skipped, 3U);
    EXPECT_EQ(summary.first_skipped, "list.txt:1: 'x'");
    EXPECT_EQ(spooled(), (std::vector<std::uint64_t>{1, 2, 3}));
}

TEST_F(NumberSpoolTest, RefusesAListWithoutNumbers) {
    EXPECT_EQ(text_of<InputError>([&] { spool_text(""); }), "list.txt holds no number");
    EXPECT_EQ(text_of<InputError>([&] { spool_text(" \n\t\n"); }), "list.txt holds no number");
    EXPECT_EQ(text_of<InputError>([&] { spool_text("a b 0", true); }), "list.txt holds no number");
    expect_nothing_left();
}

// A token may be a megabyte of anything; the message is one line that a terminal survives.
TEST_F(NumberSpoolTest, QuotesATokenShortAndPrintable) {
    const std::string long_token(1'000'000, 'x');
    const std::string refusal = text_of<InputError>([&] { spool_text("1\n" + long_token); });
    EXPECT_LT(refusal.size(), 300U);
    EXPECT_EQ(refusal.rfind("list.txt:2: 'xxx", 0), 0U) << refusal.substr(0, 100);
    const std::string binary = text_of<InputError>([&] { spool_text("\x1b[2J\xff 1"); });
    for (const char c : binary) EXPECT_TRUE(c >= ' ' && c <= '~') << static_cast<int>(c);
    EXPECT_LT(spool_text("1 " + long_token, true).first_skipped.size(), 300U);
}

TEST_F(NumberSpoolTest, HoldsMoreThanOneWriteBuffer) {
    constexpr std::uint64_t rows = 300'001;  // above two buffers of 128 Ki numbers
    std::string text;
    for (std::uint64_t row = 0; row < rows; ++row) text += std::to_string(1 + row * row) + "\n";
    spool_text(text);
    const NumberSpool spool(spool_);
    ASSERT_EQ(spool.rows(), rows);
    EXPECT_EQ(spool.largest(), 1 + (rows - 1) * (rows - 1));
    std::vector<std::uint64_t> numbers(rows);
    spool.read(0, numbers);
    for (std::uint64_t row = 0; row < rows; ++row) ASSERT_EQ(numbers[row], 1 + row * row);
    std::uint64_t some[3] = {};
    spool.read(rows - 3, some);
    EXPECT_EQ(some[2], 1 + (rows - 1) * (rows - 1));
    EXPECT_EQ(spool.xxh64(), XXH64(numbers.data(), numbers.size() * 8, 0)) << "of the numbers as a whole";
}

TEST_F(NumberSpoolTest, AnInvalidTokenBehindAFullBufferLeavesNothing) {
    std::string text;
    for (int row = 0; row < 140'000; ++row) text += "12\n";
    EXPECT_EQ(text_of<InputError>([&] { spool_text(text + "oops"); }).rfind("list.txt:140001: 'oops'", 0),
              0U);
    expect_nothing_left();
}

TEST_F(NumberSpoolTest, IdentifiesTheListByItsHash) {
    spool_text("1 2 3");
    const std::uint64_t first = NumberSpool(spool_).xxh64();
    spool_text("\n1\n+2\n03");
    EXPECT_EQ(NumberSpool(spool_).xxh64(), first) << "other text, the same numbers";
    spool_text("1 3 2");
    EXPECT_NE(NumberSpool(spool_).xxh64(), first);
    EXPECT_EQ(spooled(), (std::vector<std::uint64_t>{1, 3, 2})) << "a spool replaces the one before";
}

TEST_F(NumberSpoolTest, RefusesWhatIsNoSpool) {
    EXPECT_EQ(text_of<StorageError>([&] { (void)NumberSpool(spool_); }),
              spool_.string() + ": cannot open: No such file or directory");
    std::ofstream(spool_) << "123456789";
    EXPECT_EQ(text_of<StorageError>([&] { (void)NumberSpool(spool_); }),
              spool_.string() + " is not a spooled list: 9 bytes");
    std::ofstream(spool_) << "FCTIZSPL\2\0\0\0\0\0\0\0twelve!!"sv;
    EXPECT_EQ(text_of<StorageError>([&] { (void)NumberSpool(spool_); }),
              spool_.string() + " is not a spooled list: 24 bytes")
        << "of two numbers, it says";
    const auto descriptors = [] {
        return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {});
    };
    const auto before = descriptors();
    std::ofstream(spool_, std::ios::trunc).close();
    EXPECT_EQ(text_of<StorageError>([&] { (void)NumberSpool(spool_); }),
              spool_.string() + " is not a spooled list: 0 bytes");
    EXPECT_EQ(descriptors(), before) << "left open";
}

TEST_F(NumberSpoolTest, NoticesASpoolThatShrinks) {
    spool_text("1 2 3");
    const NumberSpool spool(spool_);
    std::filesystem::resize_file(spool_, 8);
    std::uint64_t numbers[3] = {};
    EXPECT_EQ(text_of<StorageError>([&] { spool.read(0, numbers); }),
              spool_.string() + " is shorter than it was: it was changed during the run");
}

TEST_F(NumberSpoolTest, CannotWriteWhereThereIsNoDirectory) {
    spool_ = directory_ / "missing" / "spool";
    EXPECT_EQ(text_of<StorageError>([&] { spool_text("1"); }),
              spool_.string() + ": cannot create: No such file or directory");
}

TEST_F(NumberSpoolTest, MovesOverAnotherSpool) {
    spool_text("1 2 3");
    const std::filesystem::path to = directory_ / "kept";
    std::ofstream(to) << "an older one";
    NumberSpool spool(spool_);
    spool.move_to(to);
    EXPECT_FALSE(std::filesystem::exists(spool_));
    EXPECT_EQ(NumberSpool(to).xxh64(), spool.xxh64());
    std::filesystem::create_directory(spool_);
    EXPECT_EQ(text_of<StorageError>([&] { spool.move_to(spool_); }),
              spool_.string() + ": cannot create: Is a directory");
    std::uint64_t third = 0;
    spool.read(2, {&third, 1});
    EXPECT_EQ(third, 3U);
}

}  // namespace
}  // namespace factorize::jobs
