#include "transport/siblings.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <system_error>
#include <thread>

#include <sys/prctl.h>
#include <unistd.h>

namespace factorize::transport {
namespace {

constexpr const char* waiting_name = "guard-of-dead";  // at most 15 letters
constexpr std::chrono::milliseconds look_again{500};   // a scan of /proc takes some milliseconds

// "1234 (name) S 1 ...": process, name, state, parent.
bool is_busy_child(const std::filesystem::path& directory, pid_t parent) {
    std::ifstream file(directory / "stat");
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const std::size_t open = text.find('(');
    const std::size_t close = text.rfind(')');
    if (open == std::string::npos || close == std::string::npos) return false;  // it has just ended
    char state = 'Z';
    pid_t its_parent = 0;
    std::istringstream(text.substr(close + 1)) >> state >> its_parent;
    return its_parent == parent && state != 'Z' && text.substr(open + 1, close - open - 1) != waiting_name;
}

bool any_busy_sibling() {
    const pid_t parent = ::getppid();
    std::error_code error;
    for (std::filesystem::directory_iterator each("/proc", error), end; each != end; each.increment(error)) {
        const std::string name = each->path().filename();
        if (std::ranges::all_of(name, [](char c) { return c >= '0' && c <= '9'; }) &&
            is_busy_child(each->path(), parent))
            return true;
    }
    return false;
}

}  // namespace

void outlast_siblings() {
    ::prctl(PR_SET_NAME, waiting_name);
    while (any_busy_sibling()) std::this_thread::sleep_for(look_again);
}

}  // namespace factorize::transport
