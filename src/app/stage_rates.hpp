// How fast this machine is at each stage of a run: a few seconds of the real work.
#pragma once

#include <filesystem>

#include "jobs/layout.hpp"
#include "jobs/ranges.hpp"
#include "jobs/run_time.hpp"
#include "jobs/store.hpp"

namespace factorize::app {

/// Works through blocks at the beginning, the middle and the end of a job as its workers would, on so many
/// threads at once, and writes them as rank 0 would, to a file that is gone afterwards.
///
/// @param layout     of the job: its blocks and chunks, not their number
/// @param row_bytes  of the file a row takes in the mean
/// @param output     where the job's file is to be; the sample is written beside it
/// @return what a number costs one of the threads
/// Cost: some two seconds, or the whole job if that is less; some 50 MB a thread, whatever the job. Errors:
/// StorageError.
[[nodiscard]] jobs::StageSeconds measure_stages(const jobs::Ranges& ranges, jobs::Store store,
                                                const jobs::Layout& layout, double row_bytes,
                                                const std::filesystem::path& output, unsigned threads);

}  // namespace factorize::app
