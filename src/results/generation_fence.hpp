// Stops an old run that still writes, behind a network partition, a file which a newer run has taken over.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>

#include "results/file_descriptor.hpp"
#include "results/hdf5.hpp"

namespace factorize::results {

/// What /generation holds. The counter alone would not tell two runs apart that start at the same moment
/// where no lock protects them: both read n and write n + 1. The token does.
struct Generation {
    std::uint64_t starts = 0;
    std::uint64_t token = 0;

    friend bool operator==(const Generation&, const Generation&) = default;
};

/// Where the dataset `generation` stands in the file.
[[nodiscard]] std::uint64_t find_generation(const hdf5::File& file, const std::filesystem::path& path);

/// HDF5 caches what it has read, and a network file system does until a file is opened anew. So the
/// generation has a fixed place in the file, and is read there through a fresh descriptor, past both.
class GenerationFence {
public:
    GenerationFence() = default;
    /// Raises the generation of the file that `own_file` has open for writing; durable on return.
    GenerationFence(const FileDescriptor& own_file, std::uint64_t offset, const std::filesystem::path& path);

    /// StorageError when `path` has another generation by now, or is another file than `own_file`.
    void check(const FileDescriptor& own_file, const std::filesystem::path& path);

    [[nodiscard]] const Generation& own() const { return own_; }
    [[nodiscard]] std::chrono::steady_clock::time_point checked() const { return checked_; }

private:
    [[nodiscard]] Generation read(const FileDescriptor& own_file, const std::filesystem::path& path) const;

    Generation own_;
    std::uint64_t offset_ = 0;
    std::chrono::steady_clock::time_point checked_;
};

}  // namespace factorize::results
