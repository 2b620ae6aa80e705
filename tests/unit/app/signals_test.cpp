#include "app/signals.hpp"

#include <csignal>
#include <cstdlib>
#include <ctime>
#include <stdexcept>
#include <string>
#include <string_view>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace factorize::app {
namespace {

using testing::ExitedWithCode;
using testing::KilledBySignal;

// Each in a process of its own: EXPECT_EXIT forks. It exits with 0 where all held.
#define HOLDS(condition) \
    if (!(condition)) ::_exit(99)

TEST(SignalsDeathTest, AStopEndsRank0AtOnceWhereNothingIsUnderWay) {
    for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGALRM}) {
        EXPECT_EXIT(
            {
                heed_signals(0);
                std::raise(signal);
                ::_exit(99);
            },
            ExitedWithCode(75), "^factorize: stopped on request: run again with --resume\n$");
    }
}

TEST(SignalsDeathTest, AStopIsOnlyNotedDuringADeferral) {
    EXPECT_EXIT(
        {
            heed_signals(0);
            {
                const StopDeferral deferral;
                HOLDS(take_stop_request().empty());
                std::raise(SIGUSR1);
                HOLDS(take_stop_request() == "SIGUSR1");
                HOLDS(take_stop_request().empty());
                std::raise(SIGINT);
                HOLDS(take_stop_request() == "SIGINT");
                std::raise(SIGALRM);
                HOLDS(take_stop_request() == "the time limit");
            }
            ::_exit(0);
        },
        ExitedWithCode(0), "^$");
}

TEST(SignalsDeathTest, ATermIsToldByWhoSentIt) {
    EXPECT_EXIT(
        {
            ::setenv("OMPI_COMM_WORLD_RANK", "0", 1);
            int ready[2];
            HOLDS(::pipe(ready) == 0);
            const pid_t mpirun = ::getpid();
            const pid_t rank = ::fork();
            if (rank == 0) {
                heed_signals(0);
                const StopDeferral deferral;
                std::raise(SIGTERM);
                HOLDS(take_stop_request() == "SIGTERM");
                HOLDS(::getppid() == mpirun && ::write(ready[1], "r", 1) == 1);
                std::string_view request;
                while (request.empty()) request = take_stop_request();
                HOLDS(request == "mpirun (Ctrl-C, a signal to it, or a lost rank)");
                ::_exit(0);
            }
            ::close(ready[1]);  // so that reading ends if the rank does
            char sign = 0;
            HOLDS(::read(ready[0], &sign, 1) == 1 && ::kill(rank, SIGTERM) == 0);
            int status = 0;
            HOLDS(::waitpid(rank, &status, 0) == rank && WIFEXITED(status));
            ::_exit(WEXITSTATUS(status));
        },
        ExitedWithCode(0), "^$");
}

TEST(SignalsDeathTest, AStopThatNobodyTookEndsTheDeferral) {
    EXPECT_EXIT(
        {
            heed_signals(0);
            {
                const StopDeferral deferral;
                std::raise(SIGTERM);
            }
            ::_exit(99);
        },
        ExitedWithCode(75), "stopped on request");
}

TEST(SignalsDeathTest, OnceTheEndIsUnderWayFurtherRequestsChangeNothing) {
    EXPECT_EXIT(
        {
            heed_signals(0);
            ignore_signals();
            for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGALRM}) std::raise(signal);
            HOLDS(take_stop_request().empty());
            ::_exit(0);
        },
        ExitedWithCode(0), "^$");
}

TEST(SignalsDeathTest, AnErrorKeepsItsOwnStatus) {
    EXPECT_EXIT(
        {
            heed_signals(0);
            try {
                const StopDeferral deferral;
                std::raise(SIGTERM);
                throw std::runtime_error("disk full");
            } catch (const std::runtime_error&) {
                ::_exit(4);
            }
        },
        ExitedWithCode(4), "^$");
}

TEST(SignalsDeathTest, ContinueAsksRank0ToCommit) {
    EXPECT_EXIT(
        {
            heed_signals(0);
            HOLDS(!take_commit_request());
            std::raise(SIGCONT);
            HOLDS(take_commit_request());
            HOLDS(!take_commit_request());
            std::raise(SIGUSR2);
            ::_exit(0);
        },
        ExitedWithCode(0), "^$");
}

/// Seconds until SIGALRM when the batch job ends so many seconds from now; 0: none is set.
unsigned alarm_of(const std::string& end_time) {
    ::setenv("SLURM_JOB_END_TIME", end_time.c_str(), 1);
    stop_before_job_ends();
    ::unsetenv("SLURM_JOB_END_TIME");
    return ::alarm(0);
}

TEST(StopBeforeJobEnds, LeavesTwentySeconds) {
    const std::time_t now = std::time(nullptr);
    EXPECT_NEAR(alarm_of(std::to_string(now + 3600)), 3580, 2);
    EXPECT_EQ(alarm_of(std::to_string(now + 5)), 1U) << "at once";
    EXPECT_EQ(alarm_of(std::to_string(now - 5)), 0U) << "another job's, inherited";
}

TEST(StopBeforeJobEnds, DoesNothingWithoutAnEnd) {
    stop_before_job_ends();
    EXPECT_EQ(::alarm(0), 0U);
    for (const char* no_time : {"", "0", "-1", "tomorrow", "12:00", "1e9", "4000000000 ",
                                "9223372036854775807", "18446744073709551616"})
        EXPECT_EQ(alarm_of(no_time), 0U) << no_time;
}

TEST(SignalsDeathTest, AWorkerNotesThatItIsToLeave) {
    EXPECT_EXIT(
        {
            heed_signals(3);
            std::raise(SIGUSR1);
            std::raise(SIGUSR2);
            HOLDS(take_stop_request().empty());
            std::raise(SIGTERM);
            HOLDS(take_stop_request() == "SIGTERM");
            ::_exit(0);
        },
        ExitedWithCode(0), "^$");
}

TEST(SignalsDeathTest, AWorkerThatHasLeftIsEndedAsAnyProgram) {
    EXPECT_EXIT(
        {
            heed_signals(3);
            heed_signals_no_more();
            std::raise(SIGTERM);
            ::_exit(99);
        },
        KilledBySignal(SIGTERM), "^$");
}

TEST(SignalsDeathTest, WhatTheCallerHadIgnoredStaysIgnored) {
    EXPECT_EXIT(
        {
            std::signal(SIGHUP, SIG_IGN);
            std::signal(SIGINT, SIG_IGN);
            heed_signals(0);
            std::raise(SIGHUP);
            std::raise(SIGINT);
            ::_exit(0);
        },
        ExitedWithCode(0), "^$");
}

}  // namespace
}  // namespace factorize::app
