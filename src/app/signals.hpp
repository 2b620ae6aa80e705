// What signals ask of a rank: of rank 0 to stop or to commit, of a worker to leave.
#pragma once

#include <string_view>

namespace factorize::app {

/// Installs what this program does with signals. Call it once, before MPI starts.
///
/// | signal           | rank 0                      | worker |
/// |---|---|---|
/// | TERM, INT, HUP   | commits and leaves          | finishes what it computes, unregisters |
/// | USR1             | commits and leaves          | ignored: mpirun sends it to every rank |
/// | ALRM             | commits and leaves          | - |
/// | CONT             | commits and carries on      | - |
/// | USR2             | ignored                     | ignored |
///
/// mpirun makes TERM of every signal that ends it, and of the loss of a rank: take_stop_request() says so.
/// CONT is the first that mpirun passes on when it is told to end, and may as well be the user's `fg`. INT
/// and HUP that whoever started the program had ignored (nohup, a shell's background) stay so.
void heed_signals(int rank);

/// Asks rank 0 to stop, by SIGALRM, 20 s before the end of the batch job that it is part of: a batch system's
/// own signal may not be wanted, not arrive, or not in time. The end is what SLURM_JOB_END_TIME holds,
/// seconds since 1970; without it, or when it is no such number or past, nothing happens. It is as it was
/// when the job began: a limit that was raised since then costs a restart.
void stop_before_job_ends();

/// Signals end this rank again as they end any program: a worker that has unregistered has nothing to finish.
void heed_signals_no_more();

/// From here on TERM, INT, HUP, USR1 and ALRM change nothing: the end is under way.
void ignore_signals();

/// What has asked this rank to stop or leave since the last call ("SIGTERM", "the time limit"); empty if
/// nothing did.
[[nodiscard]] std::string_view take_stop_request();

/// Whether rank 0 was asked to commit since the last call.
[[nodiscard]] bool take_commit_request();

/// To be called when standard input has ended. mpirun, told to end, closes it, sends CONT at once and TERM a
/// second later: what was read by then may be a part of what was to come. Then this process ends here, with
/// status 75; else it goes on, under mpirun half a second later.
void outlive_standard_input();

/// While it lives, a request to rank 0 to stop is only noted. At all other times, but while MPI starts, it
/// ends the process at once, with status 75 and a line on stderr: what is worth keeping is committed, and the
/// commit protocol is proof against an end at any moment. A request that nobody took is met when the deferral
/// ends.
class StopDeferral {
public:
    StopDeferral();
    ~StopDeferral();
    StopDeferral(const StopDeferral&) = delete;
    StopDeferral& operator=(const StopDeferral&) = delete;
};

}  // namespace factorize::app
