// The chunks of a block as they are stored, filters not undone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <vector>

#include "jobs/xxh64.hpp"
#include "results/hdf5.hpp"

namespace factorize::results {

/// Reads them one by one, and adds them up.
class StoredBytesReader {
public:
    /// @param path  outlives this
    explicit StoredBytesReader(const std::filesystem::path& path) : path_(path) {}

    /// Adds the chunk that begins with element `first`. LibraryError for one that is not there, or is larger
    /// than any encoding of so many bytes.
    void add(const hdf5::Dataset& dataset, hsize_t first, std::size_t raw_bytes);

    [[nodiscard]] std::uint64_t count() const { return count_; }
    [[nodiscard]] std::uint64_t xxh64() const { return hash_.digest(); }

private:
    const std::filesystem::path& path_;
    std::uint64_t count_ = 0;
    jobs::Xxh64 hash_;
    std::vector<std::byte> bytes_;
};

}  // namespace factorize::results
