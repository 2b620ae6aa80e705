// `factorize info` and `factorize show`: what stands in a file, complete or not.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "jobs/error.hpp"

namespace factorize::app {

/// Prints progress, provenance and totals, as lines or as one JSON object. Before a list's file exists, its
/// journal's progress. Errors: StorageError, also where standard output cannot be written.
[[nodiscard]] jobs::ExitStatus print_info(const std::filesystem::path& file, bool json);

/// jobs::Stopped (75) for the output of a list that is not there yet, because the list is factored first.
void expect_output(const std::filesystem::path& file);

/// Prints `n:[...]` lines as `factors` does: of every readable row in file order, or of the given numbers.
///
/// A row whose number failed is not printed; standard error names the first of them.
/// @return stopped (75) when asked-for rows are not there yet, else partial_failed when some failed, else
/// complete.
/// Errors: InputError for a number that is none or not in the job (which an incomplete list cannot tell);
/// StorageError, also where standard output cannot be written.
[[nodiscard]] jobs::ExitStatus show_factors(const std::filesystem::path& file,
                                            const std::vector<std::string>& numbers);

}  // namespace factorize::app
