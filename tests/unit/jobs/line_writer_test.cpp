#include "jobs/line_writer.hpp"

#include "jobs/error.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

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
