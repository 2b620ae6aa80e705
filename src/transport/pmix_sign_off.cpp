#include "transport/pmix_sign_off.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "transport/parent_death.hpp"

namespace factorize::transport {
namespace {

constexpr unsigned time_limit_s = 10;

// As the PMIx standard has them since version 2; no header needed, so the build does not depend on PMIx.
struct Process {
    std::array<char, 256> name_space;
    std::uint32_t rank;
};
using Init = int (*)(Process*, void* info, std::size_t infos);
using Finalize = int (*)(const void* info, std::size_t infos);

struct Client {
    void* library = nullptr;
    Init init = nullptr;
    Finalize finalize = nullptr;

    Client() : library(::dlopen(pmix_library().c_str(), RTLD_NOW | RTLD_LOCAL)) {
        if (library == nullptr) return;
        init = reinterpret_cast<Init>(::dlsym(library, "PMIx_Init"));
        finalize = reinterpret_cast<Finalize>(::dlsym(library, "PMIx_Finalize"));
    }
    [[nodiscard]] bool complete() const { return init != nullptr && finalize != nullptr; }
};

[[noreturn]] void sign_off_and_exit(pid_t parent) {
    die_with_parent(parent);
    for (const int signal : {SIGTERM, SIGINT, SIGALRM}) ::signal(signal, SIG_DFL);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);  // the launcher may have blocked the alarm
    ::alarm(time_limit_s);
    // What the library has to say about a server that is gone helps nobody.
    if (const int nowhere = ::open("/dev/null", O_WRONLY); nowhere >= 0) ::dup2(nowhere, STDERR_FILENO);
    const Client client;
    Process self{};
    const bool done =
        client.complete() && client.init(&self, nullptr, 0) == 0 && client.finalize(nullptr, 0) == 0;
    ::_exit(done ? EXIT_SUCCESS : EXIT_FAILURE);
}

}  // namespace

std::string pmix_library() {
    const char* name = std::getenv("FACTORIZE_LIBPMIX");
    return name == nullptr ? "libpmix.so.2" : name;
}

bool can_sign_off() {
    const Client client;
    const bool complete = client.complete();
    if (client.library != nullptr) ::dlclose(client.library);
    return complete;
}

bool sign_off() {
    const pid_t self = ::getpid();
    const pid_t helper = ::fork();
    if (helper < 0) return false;
    if (helper == 0) sign_off_and_exit(self);
    int status = 0;
    while (::waitpid(helper, &status, 0) < 0)
        if (errno != EINTR) return false;
    return WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS;
}

}  // namespace factorize::transport
