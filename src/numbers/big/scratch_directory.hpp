// Where FLINT's quadratic sieve may write.
#pragma once

#include <array>
#include <string>

#include <signal.h>

namespace factorize::numbers::big {

/// Makes a fresh private directory the working directory while it lives, and removes it with all files in it.
///
/// FLINT before 3.1 keeps the sieve's relations (some MB at 60 digits) in a file of the working directory,
/// named after the process id alone: it crashes where that directory is read-only, and two hosts on one file
/// system may overwrite each other's. It is made in $TMPDIR, /tmp, /dev/shm or the working directory, the
/// first that takes it.
class ScratchDirectory {
public:
    /// FactorError where no directory can be made.
    ScratchDirectory();
    ~ScratchDirectory();
    ScratchDirectory(const ScratchDirectory&) = delete;
    ScratchDirectory& operator=(const ScratchDirectory&) = delete;

private:
    void make();

    int previous_ = -1;  // descriptor of the directory to go back to, -1 where that could not be opened
    std::string path_;
    std::array<struct sigaction, 3> previous_actions_{};
};

}  // namespace factorize::numbers::big
