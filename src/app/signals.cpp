#include "app/signals.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <exception>
#include <limits>
#include <thread>

#include <unistd.h>

#include "jobs/error.hpp"

namespace factorize::app {
namespace {

// Of a batch job, kept for the last commit (below a second, more on a slow file system), for the end of the
// launcher, and for clocks that differ between nodes.
constexpr std::int64_t last_seconds = 20;

// Handlers may touch nothing else.
std::atomic<int> stop_signal{0};
std::atomic<bool> commit_wanted{false};
std::atomic<bool> deferred{false};
std::atomic<bool> by_mpirun{false};
std::atomic<pid_t> mpirun{-1};
static_assert(std::atomic<int>::is_always_lock_free && std::atomic<bool>::is_always_lock_free &&
              std::atomic<pid_t>::is_always_lock_free);

void stop_now() {
    constexpr std::string_view line = "factorize: stopped on request: run again with --resume\n";
    [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, line.data(), line.size());
    ::_exit(static_cast<int>(jobs::ExitStatus::stopped));
}

void on_stop(int signal, siginfo_t* info, void* /*context*/) {
    by_mpirun = signal == SIGTERM && info->si_pid == mpirun;  // first: another thread may be looking
    stop_signal = signal;
    if (!deferred) stop_now();
}

void on_leave(int signal, siginfo_t* /*info*/, void* /*context*/) { stop_signal = signal; }

void on_continue(int /*signal*/) { commit_wanted = true; }

void handle(int signal, void (*handler)(int)) {
    struct sigaction action {};
    action.sa_handler = handler;
    action.sa_flags = SA_RESTART;  // no read or write of ours, HDF5's or MPI's is to fail with EINTR
    ::sigaction(signal, &action, nullptr);
}

void handle(int signal, void (*handler)(int, siginfo_t*, void*)) {
    struct sigaction action {};
    action.sa_sigaction = handler;
    action.sa_flags = SA_RESTART | SA_SIGINFO;
    ::sigaction(signal, &action, nullptr);
}

bool is_ignored(int signal) {
    struct sigaction now {};
    return ::sigaction(signal, nullptr, &now) == 0 && now.sa_handler == SIG_IGN;
}

}  // namespace

void heed_signals(int rank) {
    const auto end = rank == 0 ? on_stop : on_leave;
    if (std::getenv("OMPI_COMM_WORLD_RANK") != nullptr) mpirun = ::getppid();
    handle(SIGTERM, end);
    for (const int signal : {SIGINT, SIGHUP})
        if (!is_ignored(signal)) handle(signal, end);
    if (rank == 0)
        handle(SIGUSR1, on_stop);
    else
        handle(SIGUSR1, SIG_IGN);
    handle(SIGUSR2, SIG_IGN);
    if (rank == 0) handle(SIGCONT, on_continue);
    if (rank == 0) handle(SIGALRM, on_stop);
}

void stop_before_job_ends() {
    const char* const text = std::getenv("SLURM_JOB_END_TIME");
    if (text == nullptr) return;
    const std::string_view digits(text);
    std::int64_t end = 0;
    const auto [rest, error] = std::from_chars(digits.data(), digits.data() + digits.size(), end);
    if (error != std::errc() || rest != digits.data() + digits.size() || end <= 0) return;
    const std::int64_t left = end - std::time(nullptr);
    // Nothing left: another job's, inherited. More than fits: it is no limit.
    if (left > 0 && left <= std::numeric_limits<int>::max())
        ::alarm(static_cast<unsigned>(std::max<std::int64_t>(left - last_seconds, 1)));
}

void heed_signals_no_more() {
    for (const int signal : {SIGTERM, SIGINT, SIGHUP})
        if (!is_ignored(signal)) handle(signal, SIG_DFL);
}

void ignore_signals() {
    for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGALRM}) handle(signal, SIG_IGN);
}

std::string_view take_stop_request() {
    switch (stop_signal.exchange(0)) {
        case 0:
            return {};
        case SIGTERM:
            return by_mpirun ? "mpirun (Ctrl-C, a signal to it, or a lost rank)" : "SIGTERM";
        case SIGINT:
            return "SIGINT";
        case SIGHUP:
            return "SIGHUP";
        case SIGALRM:
            return "the time limit";
        default:
            return "SIGUSR1";
    }
}

void outlive_standard_input() {
    if (mpirun == -1) return;
    using std::chrono::milliseconds;
    constexpr milliseconds until_cont{500};
    constexpr milliseconds from_cont_to_term{3000};  // one second, on a machine that is not loaded
    std::this_thread::sleep_for(until_cont);
    if (commit_wanted) std::this_thread::sleep_for(from_cont_to_term);  // maybe it was only the user's `fg`
}

bool take_commit_request() { return commit_wanted.exchange(false); }

StopDeferral::StopDeferral() { deferred = true; }

StopDeferral::~StopDeferral() {
    deferred = false;
    if (stop_signal != 0 && std::uncaught_exceptions() == 0) stop_now();  // an error has its own status
}

}  // namespace factorize::app
