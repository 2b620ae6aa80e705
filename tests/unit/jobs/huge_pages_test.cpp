#include "jobs/huge_pages.hpp"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

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

TEST(HugePages, BackTheWholePagesOfALargeBuffer) {
    std::vector<std::uint64_t> buffer;
    reserve_on_huge_pages(buffer, 8 * huge_page_bytes / sizeof(std::uint64_t));
    ASSERT_EQ(buffer.capacity() * sizeof(std::uint64_t), 8 * huge_page_bytes);
    EXPECT_TRUE(buffer.empty());
    const bool has_them = std::filesystem::exists("/sys/kernel/mm/transparent_hugepage");
    EXPECT_EQ(asked_at(buffer.data() + buffer.capacity() / 2), has_them);
}

TEST(HugePages, LeaveABufferThatHasRoomWhereItIs) {
    std::vector<char> buffer(huge_page_bytes * 4, 'x');
    const char* const before = buffer.data();
    reserve_on_huge_pages(buffer, buffer.size() / 2);
    EXPECT_EQ(buffer.data(), before);
    EXPECT_FALSE(asked_at(before + huge_page_bytes * 2));
}

TEST(HugePages, AreNotAskedForWhereABufferHoldsNone) {
    std::vector<char> buffer;
    reserve_on_huge_pages(buffer, 1000);
    EXPECT_EQ(buffer.capacity(), 1000);
    EXPECT_FALSE(asked_at(buffer.data()));
}

}  // namespace
}  // namespace factorize::jobs
