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
/// | CONT             | commits and carries on      | - |
/// | USR2             | ignored                     | ignored |
///
/// CONT is the first that mpirun passes on when it is told to end, and may as well be the user's `fg`. INT
/// and HUP that whoever started the program had ignored (nohup, a shell's background) stay so.
void heed_signals(int rank);

/// Signals end this rank again as they end any program: a worker that has unregistered has nothing to finish.
void heed_signals_no_more();

/// From here on TERM, INT, HUP and USR1 change nothing: the end is under way.
void ignore_signals();

/// The signal that has asked this rank to stop or leave since the last call ("SIGTERM"); empty if none did.
[[nodiscard]] std::string_view take_stop_request();

/// Whether rank 0 was asked to commit since the last call.
[[nodiscard]] bool take_commit_request();

/// While it lives, a request to rank 0 to stop is only noted. At all other times it ends the process at once,
/// with status 75 and a line on stderr: what is worth keeping is committed, and the commit protocol is proof
/// against an end at any moment. A request that nobody took is met when the deferral ends.
class StopDeferral {
public:
    StopDeferral();
    ~StopDeferral();
    StopDeferral(const StopDeferral&) = delete;
    StopDeferral& operator=(const StopDeferral&) = delete;
};

}  // namespace factorize::app
