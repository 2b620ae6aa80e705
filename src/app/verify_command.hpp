// `factorize verify`: is a file what it says it is?
#pragma once

#include <filesystem>

#include "jobs/error.hpp"
#include "transport/environment.hpp"

namespace factorize::app {

/// Collective over all ranks: each checks its share of the file, and rank 0 prints what was found.
///
/// @return at rank 0: of a right file, complete, or what becomes of its run: stopped (75) where rows are
/// still to be computed, partial_failed where numbers failed. Errors, thrown at rank 0 when no rank waits for
/// it any more: one with the status `wrong` for a file that is wrong or damaged, its first faults printed;
/// StorageError for one that is missing, not ours, unreadable, or too damaged to be opened.
[[nodiscard]] jobs::ExitStatus verify_file(const std::filesystem::path& file,
                                           const transport::Environment& environment);

}  // namespace factorize::app
