// A worker may die and the job goes on: the launcher watches a guard, which outlives the worker.
#pragma once

#include <optional>
#include <string>

namespace factorize::transport {

/// The rank's line to its guard. Without a guard every call does nothing.
class GuardLine {
public:
    GuardLine() = default;
    explicit GuardLine(int socket) : socket_(socket) {}

    /// MPI is initialised. Until then the guard does not mind silence, and a death ends the job: the others
    /// wait for this rank in MPI_Init.
    void rank_is_up() const;

    /// The rank gets on with its work. Never blocks; give a sign every tenth of the pulse timeout.
    void tick() const;

private:
    int socket_ = -1;  // never closed: to the guard that is the rank's end
};

/// Readies a process of a job for MPI. Call it before MPI starts and before any thread does, on every rank.
///
/// Under mpirun or srun no process outlives its launcher from here on. Each rank but 0 forks: the child
/// returns from here as the rank, with signals as they were before, and the parent stays behind as its guard,
/// the process that the launcher knows. The guard
/// - kills a rank from which no sign came for 1.2 times the pulse timeout (6 times under sanitizers), unless
///   a debugger traces it or the guard itself was away that long;
/// - when a rank that was up dies by a signal or fails, takes leave of the launcher in its name and exits
///   with 0; hands on the status of every other rank;
/// - forwards TERM, INT and HUP, ignores USR1 and USR2. When one comes from the launcher itself, the job is
///   ending: the guard gives its rank 0.3 s, and leaves without a word.
/// The orchestrator's verdict falls after one pulse timeout, so a guard never kills whom it still counts on,
/// and the job's end is delayed by little when the last thing that happens is a rank that hangs.
///
/// No guard: without launcher, with FACTORIZE_GUARD=off, and under mpirun where libpmix is missing.
[[nodiscard]] GuardLine stand_guard(double pulse_timeout_s);

/// What is wrong with FACTORIZE_GUARD (on, off; empty is as good as unset), for the user, if anything is.
[[nodiscard]] std::optional<std::string> guard_complaint();

/// At rank 0: why the workers of this job have no guards although they are wanted. Elsewhere nothing.
[[nodiscard]] std::optional<std::string> missing_guards();

}  // namespace factorize::transport
