// Reads of a file that another process may be writing.
#pragma once

#include <chrono>
#include <filesystem>
#include <thread>

#include "results/crash_guard.hpp"
#include "results/hdf5.hpp"

namespace factorize::results {

/// Runs `attempt` until it does not meet a damaged file: a writer may be changing what is read at this
/// moment. Between two attempts `reopen`, which may meet the same.
///
/// @param patiently  false: one attempt is all
/// @return what `attempt` gives. hdf5::Damage after 15 attempts in 0.3 s.
template <class Attempt, class Reopen>
auto try_again(const std::filesystem::path& path, bool patiently, const Attempt& attempt,
               const Reopen& reopen) {
    constexpr int most_tries = 15;  // under a writer that commits without a pause, one in seven was torn
    const CrashGuard guard(path);
    for (int tries = 1;; ++tries) {
        try {
            if (tries > 1) reopen();
            return attempt();
        } catch (const hdf5::LibraryError& error) {
            if (!patiently || tries == most_tries) throw hdf5::Damage(path, error.fault());
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
}

}  // namespace factorize::results
