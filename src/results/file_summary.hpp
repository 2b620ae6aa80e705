// What a result file tells of itself: job, provenance, progress, failures.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "results/schema.hpp"

namespace factorize::results {

/// Everything in the file but the rows.
struct FileSummary {
    JobDescription job;
    Provenance provenance;
    std::string hdf5_version;  ///< of the writer
    std::string resumed;       ///< start of the last run, empty if it was the first
    std::string definition;
    Status status = Status::partial;
    Totals totals;
    std::uint64_t starts = 0;         ///< runs that opened the file for writing
    std::uint64_t rows_at_start = 0;  ///< committed when the last of them did
    std::uint64_t committed_blocks = 0;
    std::uint64_t committed_rows = 0;
    std::uint64_t committed_factors = 0;
    double compute_seconds = 0;  ///< summed over the committed blocks
    std::uint64_t file_bytes = 0;
    std::uint64_t failed_numbers = 0;              ///< all of them
    std::vector<Failure> failures;                 ///< the first failure_capacity of them
    std::vector<std::uint64_t> broken_block_rows;  ///< CommitTable::broken_rows()
    bool stray_failures = false;  ///< a row behind the first free one of /failures is not free
};

}  // namespace factorize::results
