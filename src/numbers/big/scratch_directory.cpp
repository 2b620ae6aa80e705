#include "numbers/big/scratch_directory.hpp"

#include "numbers/big/factor.hpp"

#include <cstdlib>
#include <filesystem>
#include <initializer_list>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

namespace factorize::numbers::big {

ScratchDirectory::ScratchDirectory() {
    for (const char* parent : {static_cast<const char*>(std::getenv("TMPDIR")), "/tmp", "/dev/shm", "."}) {
        if (parent == nullptr || *parent == '\0') continue;
        std::error_code error;
        path_ = (std::filesystem::absolute(parent, error) / "factors-XXXXXX").string();
        if (error || ::mkdtemp(path_.data()) == nullptr) continue;
        previous_ = ::open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (::chdir(path_.c_str()) == 0) return;
        ::rmdir(path_.c_str());
        if (previous_ >= 0) ::close(previous_);
    }
    throw FactorError("no directory for temporary files can be made (set TMPDIR to a writable one)");
}

ScratchDirectory::~ScratchDirectory() {
    // Back where it was; a directory that may not be entered again is left at "/", for nothing here needs it.
    if (previous_ < 0 || ::fchdir(previous_) != 0) static_cast<void>(::chdir("/") == 0);
    if (previous_ >= 0) ::close(previous_);
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

}  // namespace factorize::numbers::big
