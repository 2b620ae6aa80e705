// The skeleton of a result file: complete in its tables and its index before the first result is there.
#pragma once

#include <cstdint>
#include <filesystem>

#include "results/schema.hpp"

namespace factorize::results {

/// The file that a symbolic link leads to in the end, which need not exist; any other path as it is. So the
/// link stays a link when the file is replaced, and what lies beside it is beside the file. StorageError for
/// links that never end.
[[nodiscard]] std::filesystem::path link_target(std::filesystem::path path);

/// Refuses an output that cannot or must not be written, before anything is computed.
///
/// It has no name, or exists and overwrite is false: InputError. It is no regular file, or its own directory
/// is missing or not writable, or there is a `path`.tmp that is not HDF5: StorageError naming it.
void check_output(const std::filesystem::path& path, bool overwrite);

/// Creates the result file `path`: check_output(), then all of it as `path`.tmp (a stale one is replaced),
/// synced, then renamed. So `path` is never seen half made, and with `overwrite` the old file stays until the
/// new one is whole. The job has no block yet: open it with ResultWriter.
///
/// Cost: about 3 s and 200 MB a million chunks.
/// Errors: as check_output(); StorageError when the disk is full; InputError when job.job is longer than an
/// attribute can hold (60,000 bytes).
void create_result_file(const std::filesystem::path& path, const JobDescription& job,
                        const Provenance& provenance, bool overwrite);

}  // namespace factorize::results
