#include "jobs/line_writer.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "jobs/error.hpp"

namespace factorize::jobs {
namespace {

/// A file in memory, to write to and to look into.
class MemoryFile {
public:
    MemoryFile() : descriptor_(::memfd_create("line_writer_test", MFD_CLOEXEC)) {}
    ~MemoryFile() { ::close(descriptor_); }
    MemoryFile(const MemoryFile&) = delete;
    MemoryFile& operator=(const MemoryFile&) = delete;

    [[nodiscard]] int descriptor() const { return descriptor_; }
    [[nodiscard]] std::string content() const {
        struct stat status {};
        EXPECT_EQ(::fstat(descriptor_, &status), 0);
        std::string text(static_cast<std::size_t>(status.st_size), '\0');
        EXPECT_EQ(::pread(descriptor_, text.data(), text.size(), 0), status.st_size);
        return text;
    }

private:
    int descriptor_;
};

TEST(LineWriter, WritesListsOfFactors) {
    const MemoryFile file;
    LineWriter out(file.descriptor(), "a file");
    out.factors_line(1, {});
    out.factors_line(12, std::vector<std::uint64_t>{2, 3, 4, 6});
    out.factors_line(UINT64_MAX, std::vector<std::uint64_t>{3, 6148914691236517205});
    EXPECT_EQ(file.content(), "");
    out.flush();
    EXPECT_EQ(file.content(), "1:[]\n12:[2, 3, 4, 6]\n18446744073709551615:[3, 6148914691236517205]\n");
}

TEST(LineWriter, WritesPrimesAsGnuFactorDoes) {
    const MemoryFile file;
    LineWriter out(file.descriptor(), "a file");
    numbers::Factorization twelve;
    twelve.push_back(2, 2);
    twelve.push_back(3, 1);
    out.primes_line(1, {});
    out.primes_line(12, twelve);
    out.flush();
    EXPECT_EQ(file.content(), "1:\n12: 2 2 3\n");
}

TEST(LineWriter, WritesNumbersOfEveryLength) {
    std::vector<std::uint64_t> numbers;
    for (std::uint64_t power = 1; power <= UINT64_MAX / 10; power *= 10)
        for (std::uint64_t factor = 1; factor <= 9; ++factor)
            for (const std::uint64_t n : {power * factor - 1, power * factor, power * factor + 1})
                numbers.push_back(n);
    std::uint64_t random = 1;
    for (int i = 0; i < 100'000; ++i) {
        random = random * 6364136223846793005U + 1442695040888963407U;
        numbers.push_back(random >> (i % 64));
    }
    for (std::uint64_t n = 0; n < 100'000; ++n) numbers.push_back(n);
    numbers.push_back(UINT64_MAX);

    const MemoryFile file;
    LineWriter out(file.descriptor(), "a file");
    std::string expected;
    for (const std::uint64_t n : numbers) {
        out.factors_line(n, {});
        expected += std::to_string(n) + ":[]\n";
    }
    out.factors_line(7, numbers);
    expected += "7:[" + std::to_string(numbers.front());
    for (std::size_t i = 1; i < numbers.size(); ++i) expected += ", " + std::to_string(numbers[i]);
    out.flush();
    EXPECT_TRUE(file.content() == expected + "]\n");
}

TEST(LineWriter, WritesAsManyPrimesAsThereCanBe) {
    const MemoryFile file;
    LineWriter out(file.descriptor(), "a file");
    numbers::Factorization power_of_two;
    power_of_two.push_back(2, 63);
    numbers::Factorization largest_prime;
    largest_prime.push_back(18446744073709551557U, 1);
    std::string expected;
    for (int i = 0; i < 5000; ++i) {
        out.primes_line(std::uint64_t{1} << 63, power_of_two);
        out.primes_line(18446744073709551557U, largest_prime);
        expected += "9223372036854775808:";
        for (int twos = 0; twos < 63; ++twos) expected += " 2";
        expected += "\n18446744073709551557: 18446744073709551557\n";
    }
    out.flush();
    EXPECT_TRUE(file.content() == expected);
}

TEST(LineWriter, WritesWholeLinesOnly) {
    const MemoryFile file;
    LineWriter out(file.descriptor(), "a file");
    const std::vector<std::uint64_t> divisors(1000, UINT64_MAX);  // 22 kB a line
    std::size_t last = 0;
    for (int i = 0; i < 30; ++i) {
        out.factors_line(7, divisors);
        const std::string content = file.content();
        EXPECT_TRUE(content.empty() || content.back() == '\n');
        last = content.size();
    }
    EXPECT_GT(last, std::size_t{500'000});  // it did not wait for flush()
}

TEST(LineWriter, WritesALineThatIsLongerThanItsBuffer) {
    const MemoryFile file;
    LineWriter out(file.descriptor(), "a file");
    const std::vector<std::uint64_t> divisors(300'000, UINT64_MAX);
    out.factors_line(7, divisors);
    out.text(std::string(5'000'000, '9') + "\n");
    out.flush();
    std::string expected = "7:[18446744073709551615";
    for (std::size_t i = 1; i < divisors.size(); ++i) expected += ", 18446744073709551615";
    expected += "]\n" + std::string(5'000'000, '9') + "\n";
    EXPECT_TRUE(file.content() == expected);
}

TEST(LineWriter, NamesAStreamThatCannotBeWritten) {
    const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
    LineWriter out(full, "standard output");
    out.factors_line(7, {});
    try {
        out.close();
        ADD_FAILURE() << "no error";
    } catch (const StorageError& error) {
        EXPECT_STREQ(error.what(), "cannot write standard output: No space left on device");
        EXPECT_EQ(error.status(), ExitStatus::storage);
    }
    EXPECT_NO_THROW(out.flush());  // what failed is not tried again
    ::close(full);
}

}  // namespace
}  // namespace factorize::jobs
