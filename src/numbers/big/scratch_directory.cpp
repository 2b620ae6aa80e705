#include "numbers/big/scratch_directory.hpp"

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <initializer_list>
#include <system_error>

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include "numbers/big/factor.hpp"

namespace factorize::numbers::big {
namespace {

constexpr std::array<int, 3> ending_signals = {SIGHUP, SIGINT, SIGTERM};

std::atomic<const char*> to_remove = nullptr;
static_assert(std::atomic<const char*>::is_always_lock_free);  // a signal handler reads it

/// System calls only, no memory: also a signal handler may call it.
void remove_with_files(const char* path) {
    const int folder = ::open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) return;
    alignas(dirent64) char entries[4096];
    for (ssize_t size = 0; (size = ::getdents64(folder, entries, sizeof entries)) > 0;) {
        for (ssize_t at = 0; at < size;) {
            const auto* const entry = reinterpret_cast<const dirent64*>(entries + at);
            ::unlinkat(folder, entry->d_name, 0);  // refuses "." and "..", as it should
            at += entry->d_reclen;
        }
    }
    ::close(folder);
    ::rmdir(path);
}

sigset_t ending_set() {
    sigset_t set;
    ::sigemptyset(&set);
    for (const int number : ending_signals) ::sigaddset(&set, number);
    return set;
}

class SignalsHeldBack {
public:
    SignalsHeldBack() {
        const sigset_t set = ending_set();
        ::pthread_sigmask(SIG_BLOCK, &set, &previous_);
    }
    ~SignalsHeldBack() { ::pthread_sigmask(SIG_SETMASK, &previous_, nullptr); }
    SignalsHeldBack(const SignalsHeldBack&) = delete;
    SignalsHeldBack& operator=(const SignalsHeldBack&) = delete;

private:
    sigset_t previous_{};
};

extern "C" void remove_and_end(int number) {
    if (const char* const path = to_remove.load()) remove_with_files(path);
    ::signal(number, SIG_DFL);
    ::raise(number);  // delivered when this handler returns
}

}  // namespace

ScratchDirectory::ScratchDirectory() {
    const SignalsHeldBack held_back;  // none arrives between the directory and its handler
    make();
    to_remove = path_.c_str();
    struct sigaction action {};
    action.sa_handler = remove_and_end;
    action.sa_mask = ending_set();
    for (std::size_t i = 0; i < ending_signals.size(); ++i) {
        ::sigaction(ending_signals[i], nullptr, &previous_actions_[i]);
        if (previous_actions_[i].sa_handler != SIG_IGN) ::sigaction(ending_signals[i], &action, nullptr);
    }
}

void ScratchDirectory::make() {
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
    const SignalsHeldBack held_back;
    // A directory that may not be entered again is left for "/": nothing here needs it.
    if (previous_ < 0 || ::fchdir(previous_) != 0) static_cast<void>(::chdir("/") == 0);
    if (previous_ >= 0) ::close(previous_);
    remove_with_files(path_.c_str());
    for (std::size_t i = 0; i < ending_signals.size(); ++i)
        ::sigaction(ending_signals[i], &previous_actions_[i], nullptr);
    to_remove = nullptr;
}

}  // namespace factorize::numbers::big
