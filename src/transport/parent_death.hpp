// No process of a job outlives the one that started it.
#pragma once

#include <sys/types.h>

namespace factorize::transport {

/// From now on this process is killed when its parent ends, which may have many threads: the kernel reports
/// the end of the one that forked, and it counts only when the process is gone with it. Takes a real-time
/// signal for that. A child forked later does not inherit the wish.
///
/// A launcher that ended before this call is not noticed here; MPI then fails to start.
void die_with_launcher();

/// The same for a child just forked by `parent`, which must have one thread only; it dies even while it is
/// stopped. Gives back the signal that die_with_launcher() took.
void die_with_parent(pid_t parent);

}  // namespace factorize::transport
