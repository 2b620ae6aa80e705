#include "results/open_result.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <string_view>
#include <thread>

#include <fmt/format.h>

#include "jobs/error.hpp"
#include "results/file_contents.hpp"

namespace factorize::results {
namespace {

constexpr int most_looks = 3;  // at tables that a writer was changing: it takes microseconds

/// Enough that a chunk which two neighbouring reads share is decoded once.
std::size_t cache_bytes(std::uint64_t chunk_elements, std::size_t element_bytes) {
    return std::max<std::size_t>(2 * chunk_elements * element_bytes, 1U << 20U);
}

}  // namespace

OpenResult::OpenResult(const std::filesystem::path& path) : path_(path) {
    for (int looks = 1;; ++looks) {
        try_again(
            path_, true, [this] { read_what_is_committed(); }, [] {});
        if (is_settled() || looks == most_looks) return;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
}

/// False also when a writer was seen between two writes: a row of /blocks half written, or the last one
/// missing although the status that follows it is there.
bool OpenResult::is_settled() const {
    return summary_.broken_block_rows.empty() &&
           (in_the_making() || summary_.committed_blocks == layout().blocks());
}

void OpenResult::open_handles() {
    for (hdf5::Dataset* dataset : {&numbers_, &counts_, &offsets_, &factors_, &blocks_}) *dataset = {};
    block_type_ = {};
    file_ = {};
    file_ = open_result_file(path_, H5F_ACC_RDONLY);
    const JobDescription job = read_job(file_, path_);
    if (summary_.job.layout.rows != 0 && !(job == summary_.job)) {
        throw jobs::StorageError(
            fmt::format("{} was replaced while it was read; start again", path_.string()));
    }
    summary_.job = job;
    const auto open = [this](const char* dataset_name, std::size_t bytes) {
        return hdf5::open_dataset(file_, dataset_name, bytes, path_);
    };
    numbers_ = open(name::numbers, cache_bytes(job.layout.block_rows, 8));
    counts_ = open(name::counts, cache_bytes(job.layout.block_rows, 4));
    offsets_ = open(name::offsets, cache_bytes(job.layout.block_rows, 8));
    factors_ = open(name::factors, cache_bytes(job.layout.factor_chunk, jobs::value_bytes(job.store)));
    blocks_ = open(name::blocks, 0);
    block_type_ = block_row_type(path_);
}

void OpenResult::read_what_is_committed() {
    open_handles();
    // First of all what is committed: whatever is read after that, is at least as new.
    ranges_ = read_ranges();
    commits_ = CommitTable(blocks_, layout(), path_);
    read_summary(file_, path_, summary_);
    summary_.committed_blocks = commits_.blocks();
    summary_.committed_rows = commits_.rows();
    summary_.committed_factors = commits_.factors();
    summary_.compute_seconds = commits_.seconds();
    summary_.broken_block_rows = commits_.broken_rows();
}

std::optional<jobs::Ranges> OpenResult::read_ranges() const {
    constexpr std::string_view prefix = "range ";
    const std::string_view job = summary_.job.job;
    if (!job.starts_with(prefix)) return std::nullopt;
    try {
        jobs::Ranges found = jobs::parse_ranges(job.substr(prefix.size()));
        if (found.rows() == layout().rows) return found;
    } catch (const jobs::InputError&) {
        // Told as what it is: a job that `run` does not write.
    }
    throw hdf5::Damage(path_, fmt::format("its {} rows are not those of its job", layout().rows));
}

void OpenResult::read_numbers(std::uint64_t first_row, std::vector<std::uint64_t>& to) {
    read([&] { read_rows(numbers_, name::numbers, H5T_NATIVE_UINT64, first_row, to, path_); });
}

BlockRow OpenResult::block_row(std::uint64_t block) const {
    BlockRow row;
    hdf5::read_slice(blocks_, block_type_.get(), block, 1, &row, path_);
    return row;
}

}  // namespace factorize::results
