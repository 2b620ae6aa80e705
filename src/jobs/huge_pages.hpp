// Large buffers on large pages.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <sys/mman.h>

namespace factorize::jobs {

inline constexpr std::size_t huge_page_bytes = std::size_t{2} << 20;

/// Gives a buffer room for `count` values as vector::reserve() does, and asks the system to back it with
/// pages of 2 MiB (madvise(2)): a page is found, cleared and, when another process copies from it, pinned
/// 512 times less often (tests/bench/README.md, "Huge pages"). Where the system has none to give, nothing
/// changes.
template <class Value>
void reserve_on_huge_pages(std::vector<Value>& buffer, std::size_t count) {
    if (buffer.capacity() >= count) return;
    buffer.reserve(count);
    auto* const bytes = reinterpret_cast<std::byte*>(buffer.data());
    const std::size_t size = buffer.capacity() * sizeof(Value);
    const std::size_t before = (0 - reinterpret_cast<std::uintptr_t>(bytes)) % huge_page_bytes;
    if (size < before + huge_page_bytes) return;
    (void)::madvise(bytes + before, (size - before) / huge_page_bytes * huge_page_bytes, MADV_HUGEPAGE);
}

}  // namespace factorize::jobs
