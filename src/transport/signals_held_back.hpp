// For work that must come to its end: what users and launchers send to end a process has to wait.
#pragma once

#include <csignal>
#include <initializer_list>

namespace factorize::transport {

/// As long as it lives, these signals wait, at this thread and at those it starts; none of them is lost. KILL
/// does not wait.
class SignalsHeldBack {
public:
    SignalsHeldBack() {
        sigset_t ending;
        sigemptyset(&ending);
        for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2})
            sigaddset(&ending, signal);
        ::pthread_sigmask(SIG_BLOCK, &ending, &before_);
    }
    ~SignalsHeldBack() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
    SignalsHeldBack(const SignalsHeldBack&) = delete;
    SignalsHeldBack& operator=(const SignalsHeldBack&) = delete;

private:
    sigset_t before_{};
};

}  // namespace factorize::transport
