// What stands in a result file besides the rows, in format version 1.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "jobs/layout.hpp"
#include "jobs/store.hpp"

namespace factorize::results {

inline constexpr std::uint32_t format_version = 1;
inline constexpr std::uint64_t failure_capacity = 1024;  ///< rows of /failures; more are only counted

/// What the file is to hold; two runs may share a file only if theirs are equal.
struct JobDescription {
    std::string
        job;  ///< canonical: `range 1:10`, `range 1:10,20:30` (file order), `list <N> numbers xxh64:<hex>`
    jobs::Store store = jobs::Store::full;
    jobs::Layout layout;

    friend bool operator==(const JobDescription&, const JobDescription&) = default;
};

/// Who wrote the file. Of several runs the last one counts, but `started` is the first one's.
struct Provenance {
    std::string program_version{};
    std::string git_commit{};
    std::string command_line{};
    int ranks = 0;
    std::string hosts{};
    std::string mpi_version{};
    std::string slurm_job_id{};        ///< empty outside Slurm
    std::uint64_t slurm_restarts = 0;  ///< how often Slurm had queued that job again
    std::string started{};             ///< of this run, ISO 8601, UTC
};

enum class Status : std::uint8_t { partial, complete, partial_failed };

[[nodiscard]] std::string_view to_text(Status status);
[[nodiscard]] std::string_view to_text(jobs::Store store);

/// What the run that completes the file records at its end. A run that stops early records nothing: what it
/// did stands in /blocks.
struct Totals {
    std::uint64_t numbers = 0;
    std::uint64_t factors = 0;
    double seconds = 0;          ///< wall clock of that run
    double compute_seconds = 0;  ///< summed over compute threads
    double parallel_efficiency = 0;
    std::uint64_t tasks_reassigned = 0;
    std::string certificate{};  ///< one sentence: what was proved, and how
    std::string finished{};     ///< ISO 8601, UTC
};

/// One number that failed too often.
struct Failure {
    std::uint64_t number = 0;
    std::uint32_t attempts = 0;
    std::string message{};  ///< stored up to 116 bytes
};

/// One row of /blocks: a block that is committed.
struct BlockRow {
    std::uint64_t first_row = 0;
    std::uint64_t rows = 0;
    std::uint64_t first_factor = 0;
    std::uint64_t factors = 0;
    std::int32_t rank = 0;
    std::uint32_t attempt = 0;
    double seconds = 0;
    std::uint64_t xxh64 =
        0;  ///< of the block's stored chunks: numbers, counts, offsets, its `factors` ascending
    std::uint64_t tag = 0;  ///< hash of the fields above: tells a row from none and from a torn one

    friend bool operator==(const BlockRow&, const BlockRow&) = default;
};
static_assert(sizeof(BlockRow) == 64, "stored as it is");

/// The tag that belongs to a row; never 0.
[[nodiscard]] std::uint64_t tag_of(const BlockRow& row);

/// Whether `row` is the committed row of block `block`.
[[nodiscard]] bool is_commit_of(const BlockRow& row, std::uint64_t block, const jobs::Layout& layout);

/// "2026-11-22T12:48:20Z" of now.
[[nodiscard]] std::string utc_now();

/// The version of the HDF5 library in use, "1.10.8".
[[nodiscard]] std::string hdf5_version();

}  // namespace factorize::results
