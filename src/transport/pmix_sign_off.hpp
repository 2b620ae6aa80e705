// How a launcher learns that a rank is done, although the rank is dead: somebody says so in its name.
#pragma once

#include <string>

namespace factorize::transport {

/// The PMIx client library, loaded only to sign off: what FACTORIZE_LIBPMIX names, else libpmix.so.2.
[[nodiscard]] std::string pmix_library();

/// Whether the library is there and can do it. Leaves it unloaded, so that MPI is free to take another one.
[[nodiscard]] bool can_sign_off();

/// Takes leave of the launcher's PMIx server in the name of the rank whose environment this process has, from
/// a process forked for it, because the library may start threads or hang. A rank that the server saw leave
/// may end as it likes. @return false when that failed or took longer than 10 s
[[nodiscard]] bool sign_off();

}  // namespace factorize::transport
