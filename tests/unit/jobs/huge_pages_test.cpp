#include "jobs/huge_pages.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <malloc.h>

namespace factorize::jobs {
namespace {

/// Whether the system was asked for huge pages at `address` (proc(5), smaps).
bool asked_at(const void* address) {
    const auto wanted = reinterpret_cast<std::uintptr_t>(address);
    std::ifstream maps("/proc/self/smaps");
    bool here = false;
    for (std::string line; std::getline(maps, line);) {
        std::istringstream text(line);
        std::uintptr_t begin = 0;
        std::uintptr_t end = 0;
        char dash = 0;
        if (text >> std::hex >> begin >> dash >> end && dash == '-') here = begin <= wanted && wanted < end;
        if (here && line.starts_with("VmFlags:")) return line.find(" hg") != std::string::npos;
    }
    ADD_FAILURE() << "no mapping has this address";
    return false;
}

/// Not from the heap, where an earlier buffer may have asked for them at the same place.
class HugePages : public testing::Test {
protected:
    static void SetUpTestSuite() { ::mallopt(M_MMAP_THRESHOLD, huge_page_bytes); }
};

TEST_F(HugePages, BackTheWholePagesOfALargeBuffer) {
    std::vector<char> buffer;
    reserve_on_huge_pages(buffer, 8 * huge_page_bytes);
    ASSERT_EQ(buffer.capacity(), 8 * huge_page_bytes);
    EXPECT_TRUE(buffer.empty());
    const bool has_them = std::filesystem::exists("/sys/kernel/mm/transparent_hugepage");
    const std::size_t before = (0 - reinterpret_cast<std::uintptr_t>(buffer.data())) % huge_page_bytes;
    const std::size_t end = before + (buffer.capacity() - before) / huge_page_bytes * huge_page_bytes;
    EXPECT_EQ(asked_at(buffer.data() + before), has_them);
    EXPECT_EQ(asked_at(buffer.data() + end - 1), has_them);
    EXPECT_FALSE(before > 0 && asked_at(buffer.data() + before - 1));
    EXPECT_FALSE(end < buffer.capacity() && asked_at(buffer.data() + end));
}

TEST_F(HugePages, KeepTheValuesOfABufferThatGrows) {
    std::vector<int> buffer{1, 2, 3};
    reserve_on_huge_pages(buffer, 4 * huge_page_bytes);
    EXPECT_EQ(buffer, (std::vector{1, 2, 3}));
    EXPECT_GE(buffer.capacity(), 4 * huge_page_bytes);
}

TEST_F(HugePages, LeaveABufferThatHasRoomWhereItIs) {
    std::vector<char> buffer(huge_page_bytes * 4, 'x');
    const char* const before = buffer.data();
    reserve_on_huge_pages(buffer, buffer.size() / 2);
    EXPECT_EQ(buffer.data(), before);
    EXPECT_FALSE(asked_at(before + huge_page_bytes * 2));
}

TEST_F(HugePages, AreNotAskedForWhereABufferHoldsNone) {
    std::vector<char> buffer;
    reserve_on_huge_pages(buffer, 1000);
    EXPECT_EQ(buffer.capacity(), 1000);
    EXPECT_FALSE(asked_at(buffer.data()));
}

}  // namespace
}  // namespace factorize::jobs
