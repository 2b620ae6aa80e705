#include "transport/guard.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <initializer_list>
#include <limits>
#include <string>
#include <string_view>

#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "transport/environment.hpp"
#include "transport/parent_death.hpp"
#include "transport/pmix_connection.hpp"
#include "transport/pmix_sign_off.hpp"
#include "transport/siblings.hpp"

namespace factorize::transport {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr double patience = 6;
#else
constexpr double patience = 1.2;  // two pulses more than the orchestrator has
#endif
constexpr double last_grace_s = 0.3;  // of the second between mpirun's TERM and its KILL

enum class Launcher { none, mpirun, srun };

Launcher launcher() {
    if (std::getenv("OMPI_COMM_WORLD_RANK") != nullptr) return Launcher::mpirun;
    return std::getenv("PMIX_RANK") != nullptr ? Launcher::srun : Launcher::none;
}

bool switched_off() {
    const char* wish = std::getenv("FACTORIZE_GUARD");
    return wish != nullptr && std::string_view(wish) == "off";
}

double steady_seconds() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// For the signal handler.
volatile pid_t forward_to = 0;
volatile sig_atomic_t launcher_ends_job = 0;

void forward(int signal, siginfo_t* info, void* /*context*/) {
    const int error = errno;
    if (info->si_pid == ::getppid()) launcher_ends_job = 1;
    if (forward_to > 0) ::kill(forward_to, signal);
    errno = error;
}

bool is_traced(pid_t process) {
    std::ifstream status("/proc/" + std::to_string(process) + "/status");
    constexpr std::string_view key = "TracerPid:";
    for (std::string line; std::getline(status, line);)
        if (line.starts_with(key)) return std::strtol(line.c_str() + key.size(), nullptr, 10) != 0;
    return false;
}

/// The guard's side.
class Guard {
public:
    Guard(pid_t rank, int socket, double limit_s) : rank_(rank), socket_(socket), limit_s_(limit_s) {}

    [[noreturn]] void run() {
        const int status = watch();
        // A launcher that ends the job awaits our end, not our leave: it would answer only after its KILL.
        if (up_ && launcher_ends_job == 0 && (WIFSIGNALED(status) || WEXITSTATUS(status) != 0))
            ::_exit(cover_for_the_dead() ? EXIT_SUCCESS : EXIT_FAILURE);
        ::_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    }

private:
    // mpirun lets a rank end that has signed off. slurmstepd ends the job when the connection of a rank to
    // its PMIx server closes, so ours, a copy, stays open.
    static bool cover_for_the_dead() {
        if (launcher() == Launcher::mpirun) return sign_off();
        outlast_siblings();
        return true;
    }

    // Sleeps but for signs of the rank, its end, and a look at the clock now and then.
    int watch() {
        double last_sign = steady_seconds();
        double last_wake = last_sign;
        double deadline = std::numeric_limits<double>::infinity();
        for (;;) {
            // Not for long: a signal that came just before is seen only after it.
            const double wait_s =
                std::clamp(deadline - steady_seconds(), 0.0, std::min(limit_s_ / 8, last_grace_s));
            pollfd line{socket_, POLLIN, 0};
            (void)::poll(&line, 1, static_cast<int>(wait_s * 1000) + 1);
            const bool ended = (line.revents & (POLLHUP | POLLERR)) != 0;
            siginfo_t end{};
            const bool is_over = ::waitid(P_PID, static_cast<id_t>(rank_), &end,
                                          WEXITED | WNOWAIT | (ended ? 0 : WNOHANG)) == 0 &&
                                 end.si_pid == rank_;
            const bool signs = take_signs();  // also of the dead, whose last may have been the first
            if (is_over) {
                forward_to = 0;  // once waited for, the number may be another process's
                int status = 0;
                ::waitpid(rank_, &status, 0);
                return status;
            }
            const double now = steady_seconds();
            // Then MPI_Finalize never returns, and the launcher is not to wait for that.
            if (launcher_ends_job != 0) deadline = std::min(deadline, now + last_grace_s);
            if (now >= deadline) ::kill(rank_, SIGKILL);
            const bool was_away = now - last_wake > limit_s_ / 2;  // stopped together with the rank, maybe
            last_wake = now;
            if (signs || was_away) {
                last_sign = now;
            } else if (up_ && now - last_sign > limit_s_) {
                if (is_traced(rank_))
                    last_sign = now;
                else
                    ::kill(rank_, SIGKILL);
            }
        }
    }

    bool take_signs() {
        bool any = false;
        while (receive_and_hold(socket_)) any = true;
        up_ = up_ || any;
        return any;
    }

    pid_t rank_;
    int socket_;
    double limit_s_;
    bool up_ = false;
};

[[noreturn]] void become_guard(pid_t rank, int socket, double limit_s, const sigset_t& mask) {
    ::prctl(PR_SET_NAME, "factorize-guard");
    forward_to = rank;
    struct sigaction action {};
    action.sa_sigaction = forward;
    action.sa_flags = SA_SIGINFO;
    for (const int signal : {SIGTERM, SIGINT, SIGHUP}) ::sigaction(signal, &action, nullptr);
    for (const int signal : {SIGUSR1, SIGUSR2}) ::signal(signal, SIG_IGN);
    ::sigprocmask(SIG_SETMASK, &mask, nullptr);
    Guard(rank, socket, limit_s).run();
}

GuardLine fork_rank(double limit_s) {
    std::array<int, 2> sockets{};
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, sockets.data()) != 0)
        return {};
    // None of these may meet a guard that is not ready, or be lost between the two.
    sigset_t held;
    sigset_t mask;
    ::sigemptyset(&held);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2}) ::sigaddset(&held, signal);
    ::sigprocmask(SIG_BLOCK, &held, &mask);
    ::signal(SIGCHLD, SIG_DFL);  // were it ignored, the rank's status would be lost
    const pid_t guard = ::getpid();
    const pid_t rank = ::fork();
    if (rank > 0) {
        ::close(sockets[1]);
        become_guard(rank, sockets[0], limit_s, mask);
    }
    if (rank == 0) die_with_parent(guard);
    ::sigprocmask(SIG_SETMASK, &mask, nullptr);
    ::close(sockets[0]);
    if (rank == 0) return GuardLine(sockets[1]);
    ::close(sockets[1]);
    return {};  // no process to be had: then this one goes unguarded
}

}  // namespace

void GuardLine::rank_is_up() const {
    if (socket_ >= 0) send_descriptor(socket_, launcher() == Launcher::srun ? pmix_connection() : -1);
}

void GuardLine::tick() const {
    if (socket_ >= 0) (void)::send(socket_, "t", 1, MSG_DONTWAIT | MSG_NOSIGNAL);
}

GuardLine stand_guard(double pulse_timeout_s) {
    const Launcher by = launcher();
    if (by == Launcher::none) return {};
    ::setenv("OMPI_MCA_async_mpi_finalize", "1", 0);  // no fence in MPI_Finalize: the dead never come to it
    die_with_launcher();
    if (launched_rank() == 0 || switched_off() || (by == Launcher::mpirun && !can_sign_off())) return {};
    return fork_rank(patience * pulse_timeout_s);
}

std::optional<std::string> guard_complaint() {
    const char* wish = std::getenv("FACTORIZE_GUARD");
    if (wish == nullptr || *wish == '\0' || std::string_view(wish) == "on" || switched_off())
        return std::nullopt;
    return "FACTORIZE_GUARD is '" + std::string(wish) + "': set it to on or off, or unset it";
}

std::optional<std::string> missing_guards() {
    const char* size = std::getenv("OMPI_COMM_WORLD_SIZE");
    if (size == nullptr || std::atoi(size) < 2 || launched_rank() != 0 || switched_off() || can_sign_off())
        return std::nullopt;
    return pmix_library() +
           " is missing, so the workers have no guards: if one dies, the job ends, and --resume goes on";
}

}  // namespace factorize::transport
