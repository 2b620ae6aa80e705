#include "app/terminal.hpp"

#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace factorize::app {
namespace {

namespace fs = std::filesystem;

/// Standard error of mpirun, if that is a device, as terminals are, and mpirun started this rank itself: it
/// does so on its own machine, the only one whose terminal could be it.
jobs::FileDescriptor stderr_of_mpirun() {
    if (std::getenv("OMPI_COMM_WORLD_RANK") == nullptr) return {};
    std::error_code unknown;
    if (!fs::is_fifo("/proc/self/fd/2", unknown)) return {};  // redirected: not passed on
    const fs::path path = fs::path("/proc") / std::to_string(::getppid()) / "fd/2";
    if (!fs::is_character_file(path, unknown)) return {};
    return jobs::FileDescriptor(::open(path.c_str(), O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC));
}

}  // namespace

Terminal::Terminal() {
    if (::isatty(STDERR_FILENO) == 1) {
        descriptor_ = STDERR_FILENO;
        return;
    }
    of_launcher_ = stderr_of_mpirun();
    if (of_launcher_.is_open() && ::isatty(of_launcher_.get()) == 1) descriptor_ = of_launcher_.get();
}

std::size_t Terminal::columns() const {
    winsize size{};
    return ::ioctl(descriptor_, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

}  // namespace factorize::app
