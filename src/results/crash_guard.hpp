// HDF5 1.10 believes what a file says of its own structure: where that is damaged, it may crash.
#pragma once

#include <array>
#include <filesystem>
#include <string>

#include <signal.h>

namespace factorize::results {

/// While one lives, a crash of the process is taken for what it is, a damaged file: one line that names
/// `path`, and the exit status of a storage error. Around calls that read a file's structure, not around our
/// own computing. They nest, the last one first out. Handlers that a debugger's or a sanitizer's runtime set
/// are left in place.
class CrashGuard {
public:
    explicit CrashGuard(const std::filesystem::path& path);
    ~CrashGuard();
    CrashGuard(const CrashGuard&) = delete;
    CrashGuard& operator=(const CrashGuard&) = delete;

private:
    static constexpr std::array signals{SIGSEGV, SIGBUS, SIGFPE, SIGABRT};

    std::array<struct sigaction, signals.size()> before_{};
    std::string message_before_;
};

}  // namespace factorize::results
