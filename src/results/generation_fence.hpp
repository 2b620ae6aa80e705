// Stops an old run that still writes, behind a network partition, a file (the result, the journal of a list)
// which a newer run has taken over.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>

#include "jobs/file_descriptor.hpp"

namespace factorize::results {

/// What /generation, and the head of a journal, hold. The counter alone would not tell two runs apart that
/// start at the same moment where no lock protects them: both read n and write n + 1. The token does.
struct Generation {
    std::uint64_t starts = 0;
    std::uint64_t token = 0;

    friend bool operator==(const Generation&, const Generation&) = default;
};

/// An older run looks before it writes, on a disk every 0.2 ms, nowhere less often than every 50 ms; its
/// successor waits for twice that before it writes. What no check can stop is a run that is suspended
/// between looking and writing, for longer than that wait, while its lock passes to another.
///
/// HDF5 caches what it has read, and a network file system does until a file is opened anew. So the
/// generation has a fixed place in the file, and is read there through a fresh descriptor, past both.
class GenerationFence {
public:
    GenerationFence() = default;
    /// Raises the generation of the file that `own_file` has open for writing; durable on return. Waits 100
    /// ms, more on a slow file system, when there was a run before: it may live.
    GenerationFence(const jobs::FileDescriptor& own_file, std::uint64_t offset,
                    const std::filesystem::path& path);

    /// StorageError when `path` has another generation by now, or is another file than `own_file`.
    void check(const jobs::FileDescriptor& own_file, const std::filesystem::path& path);
    /// check(), unless the last one was a moment ago: at most 50 ms, or twenty times as long as it took (some
    /// 10 us on a disk, two round trips on a network file system). Before every write: an older run that does
    /// not know of its successor would write over what the newer one has put behind the end of the file.
    void check_often(const jobs::FileDescriptor& own_file, const std::filesystem::path& path);

    [[nodiscard]] const Generation& own() const { return own_; }

private:
    using Clock = std::chrono::steady_clock;

    [[nodiscard]] Generation read(const jobs::FileDescriptor& own_file,
                                  const std::filesystem::path& path) const;

    Generation own_;
    std::uint64_t offset_ = 0;
    Clock::time_point next_check_;
};

}  // namespace factorize::results
