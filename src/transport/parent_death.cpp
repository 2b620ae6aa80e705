#include "transport/parent_death.hpp"

#include <cerrno>
#include <csignal>
#include <cstdlib>

#include <sys/prctl.h>
#include <unistd.h>

namespace factorize::transport {
namespace {

pid_t launcher = 0;

int orphan_signal() { return SIGRTMIN + 3; }  // a real-time signal that nothing else here uses

// Children of an ending thread go to another thread of its process, if there is one: the parent stays the
// same. The kernel has chosen the new parent before it sends the signal.
void end_if_orphaned(int) {
    const int error = errno;
    if (::getppid() != launcher) ::kill(::getpid(), SIGKILL);
    errno = error;
}

}  // namespace

void die_with_launcher() {
    launcher = ::getppid();
    struct sigaction action {};
    action.sa_handler = end_if_orphaned;
    action.sa_flags = SA_RESTART;
    ::sigaction(orphan_signal(), &action, nullptr);
    sigset_t unblocked;
    ::sigemptyset(&unblocked);
    ::sigaddset(&unblocked, orphan_signal());
    ::sigprocmask(SIG_UNBLOCK, &unblocked, nullptr);
    ::prctl(PR_SET_PDEATHSIG, orphan_signal());
    end_if_orphaned(0);  // the launcher ended before the kernel knew our wish
}

void die_with_parent(pid_t parent) {
    ::signal(orphan_signal(), SIG_DFL);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(EXIT_FAILURE);
}

}  // namespace factorize::transport
