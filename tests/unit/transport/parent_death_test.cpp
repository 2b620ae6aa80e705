// Families of processes: a launcher that ends, or only the thread of it that started the rank. A pipe that
// the rank holds tells how long it lived.
#include "transport/parent_death.hpp"

#include <array>
#include <csignal>
#include <functional>
#include <thread>

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

namespace factorize::transport {
namespace {

struct Pipe {
    Pipe() { EXPECT_EQ(::pipe(ends.data()), 0); }
    std::array<int, 2> ends{};
    [[nodiscard]] int out() const { return ends[0]; }
    [[nodiscard]] int in() const { return ends[1]; }
};

pid_t forked(const std::function<void()>& child) {
    const pid_t pid = ::fork();
    if (pid == 0) {
        child();
        ::_exit(0);
    }
    return pid;
}

void say(const Pipe& pipe) { EXPECT_EQ(::write(pipe.in(), "x", 1), 1); }
bool hears(const Pipe& pipe) {
    char byte = 0;
    return ::read(pipe.out(), &byte, 1) == 1;
}
/// Nobody holds the other end any more, soon.
bool ends(const Pipe& pipe, int within_ms) {
    pollfd poll{pipe.out(), POLLIN, 0};
    return ::poll(&poll, 1, within_ms) == 1 && !hears(pipe);
}
void wait_for(pid_t process) { EXPECT_EQ(::waitpid(process, nullptr, 0), process); }

TEST(DieWithLauncher, NoRankOutlivesIt) {
    const Pipe life;
    const pid_t launcher = forked([&] {
        const Pipe ready;
        forked([&] {
            die_with_launcher();
            say(ready);
            for (;;) ::pause();
        });
        (void)hears(ready);
    });
    ::close(life.in());
    wait_for(launcher);
    EXPECT_TRUE(ends(life, 5'000));
}

TEST(DieWithLauncher, ItsThreadsMayEnd) {
    const Pipe life;
    const pid_t launcher = forked([&] {
        const Pipe ready;
        pid_t rank = 0;
        std::thread([&] {
            rank = forked([&] {
                die_with_launcher();
                say(ready);
                for (;;) ::pause();
            });
            (void)hears(ready);
        }).join();
        say(life);
        for (;;) ::pause();
    });
    ::close(life.in());
    EXPECT_TRUE(hears(life));
    EXPECT_FALSE(ends(life, 100));
    ::kill(launcher, SIGKILL);
    wait_for(launcher);
    EXPECT_TRUE(ends(life, 5'000));
}

TEST(DieWithParent, AlsoWhileStopped) {
    const Pipe life;
    const pid_t guard = forked([&] {
        const pid_t self = ::getpid();
        const pid_t rank = forked([&] {
            die_with_parent(self);
            ::raise(SIGSTOP);
        });
        EXPECT_EQ(::waitpid(rank, nullptr, WUNTRACED), rank);
    });
    ::close(life.in());
    wait_for(guard);
    EXPECT_TRUE(ends(life, 5'000));
}

}  // namespace
}  // namespace factorize::transport
