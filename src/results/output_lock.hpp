// One writer at a time: flock on a file beside the output.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "jobs/file_descriptor.hpp"

namespace factorize::results {

/// Whom the lock file beside an output names: "pid 12 on host a". None without such a file, or when that
/// process was one of this host and is no more: nobody writes it. A killed run leaves its lock file behind.
[[nodiscard]] std::optional<std::string> lock_owner(const std::filesystem::path& output);

/// Holds `output`.lock while it lives. flock, because a kernel drops it however the owner dies; never POSIX
/// fcntl locks, which vanish when any descriptor of the file is closed.
class OutputLock {
public:
    /// Takes the lock without waiting and writes host, pid and Slurm job id into the file.
    /// Another run holds it: StorageError naming its owner. Directory missing or not writable: StorageError.
    ///
    /// When the owner is an earlier start of the same Slurm job, its node was cut off the network and it may
    /// live on: then this one takes the lock from it, for Slurm starts a job again only when it has given up
    /// every node of the start before. GenerationFence stops the old one, but not a write that was under way
    /// when the network was cut.
    explicit OutputLock(const std::filesystem::path& output);
    /// As release(), errors ignored.
    ~OutputLock();
    OutputLock(OutputLock&&) noexcept = default;
    OutputLock& operator=(OutputLock&&) = delete;

    /// False where the file system does not support flock: the run goes on without protection.
    [[nodiscard]] bool is_held() const { return held_; }
    /// One line for the user when it is not held, or was taken from an earlier start; else empty.
    [[nodiscard]] const std::string& warning() const { return warning_; }

    /// Removes the lock file and gives up the lock: the orderly end.
    void release();

private:
    std::filesystem::path path_;
    jobs::FileDescriptor file_;
    bool held_ = false;
    std::string warning_;
};

}  // namespace factorize::results
