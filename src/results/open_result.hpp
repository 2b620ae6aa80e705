// A result file that is open for reading: its handles, and what is committed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "jobs/layout.hpp"
#include "jobs/ranges.hpp"
#include "results/commit_table.hpp"
#include "results/file_summary.hpp"
#include "results/hdf5.hpp"
#include "results/schema.hpp"
#include "results/try_again.hpp"

namespace factorize::results {

/// What is committed is what was when it was opened. Errors: as of ResultReader.
class OpenResult {
public:
    explicit OpenResult(const std::filesystem::path& path);

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    [[nodiscard]] const FileSummary& summary() const { return summary_; }
    [[nodiscard]] const jobs::Layout& layout() const { return summary_.job.layout; }
    [[nodiscard]] const CommitTable& commits() const { return commits_; }
    [[nodiscard]] const std::optional<jobs::Ranges>& ranges() const { return ranges_; }  ///< none: a list

    /// Runs `attempt`, which reads; again, with the handles opened anew, when a writer tears what is read.
    template <class Attempt>
    auto read(const Attempt& attempt) {
        return try_again(path_, in_the_making(), attempt, [this] { open_handles(); });
    }
    /// The numbers of the rows from first_row on, as many as `to` is long. @pre their blocks are committed
    void read_numbers(std::uint64_t first_row, std::vector<std::uint64_t>& to);

    // The handles: others after each torn read.
    [[nodiscard]] const hdf5::Dataset& numbers() const { return numbers_; }
    [[nodiscard]] const hdf5::Dataset& counts() const { return counts_; }
    [[nodiscard]] const hdf5::Dataset& offsets() const { return offsets_; }
    [[nodiscard]] const hdf5::Dataset& factors() const { return factors_; }

    /// @pre the block is committed
    [[nodiscard]] BlockRow block_row(std::uint64_t block) const;

private:
    [[nodiscard]] bool in_the_making() const { return summary_.status == Status::partial; }
    [[nodiscard]] bool is_settled() const;
    void open_handles();
    void read_what_is_committed();
    [[nodiscard]] std::optional<jobs::Ranges> read_ranges() const;

    std::filesystem::path path_;
    hdf5::File file_;
    hdf5::Dataset numbers_, counts_, offsets_, factors_, blocks_;
    hdf5::Type block_type_;
    FileSummary summary_;
    CommitTable commits_;
    std::optional<jobs::Ranges> ranges_;
};

/// Reads the rows from first_row on of a dataset, as many as `to` is long.
template <class Value>
void read_rows(const hdf5::Dataset& dataset, const char* dataset_name, hid_t type, std::uint64_t first_row,
               std::vector<Value>& to, const std::filesystem::path& path) {
    hdf5::read_slice(
        dataset, type, first_row, to.size(), to.data(), path,
        fmt::format("read rows {} to {} of {}", first_row, first_row + to.size() - 1, dataset_name));
}

}  // namespace factorize::results
