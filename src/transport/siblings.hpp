// The other tasks that this process's parent started.
#pragma once

namespace factorize::transport {

/// Waits, as the guard of a dead rank, until every sibling has ended or waits here as well.
void outlast_siblings();

}  // namespace factorize::transport
