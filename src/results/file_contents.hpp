// The datasets and attributes of a result file by name and type, for those who create, write and read it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>

#include "results/attributes.hpp"
#include "results/file_summary.hpp"
#include "results/hdf5.hpp"
#include "results/schema.hpp"

namespace factorize::results {

namespace name {
inline constexpr const char* numbers = "numbers";
inline constexpr const char* counts = "counts";
inline constexpr const char* offsets = "offsets";
inline constexpr const char* factors = "factors";
inline constexpr const char* blocks = "blocks";
inline constexpr const char* failures = "failures";
inline constexpr const char* generation = "generation";
inline constexpr const char* status = "status";
inline constexpr const char* rows_at_start = "rows_at_start";  // of the last run: rows committed before it
inline constexpr const char* overflow = "overflow";            // attribute of `failures`
}  // namespace name

/// A row of /failures as stored.
struct FailureRow {
    static constexpr std::size_t message_bytes = 116;
    std::uint64_t number;  // 0: the row is free
    std::uint32_t attempts;
    char message[message_bytes];
};
static_assert(sizeof(FailureRow) == 128);

/// The compound types, in memory and in the file alike.
[[nodiscard]] hdf5::Type block_row_type(const std::filesystem::path& path);
[[nodiscard]] hdf5::Type failure_row_type(const std::filesystem::path& path);

inline constexpr std::uint64_t generation_words = 2;  ///< elements of /generation

/// The file type of a dataset's elements.
[[nodiscard]] hid_t factor_type(jobs::Store store);

/// What the attribute `definition` says.
[[nodiscard]] std::string_view definition_of(jobs::Store store);

/// Root attributes.
void create_root_attributes(const hdf5::Attributes& root, const JobDescription& job,
                            const Provenance& provenance);
void write_provenance(const hdf5::Attributes& root, const Provenance& provenance);
void write_totals(const hdf5::Attributes& root, const Totals& totals);
[[nodiscard]] Provenance read_provenance(const hdf5::Attributes& root);
[[nodiscard]] Totals read_totals(const hdf5::Attributes& root);
[[nodiscard]] Status read_status(const hdf5::Attributes& root);

/// Opens `path` and proves that it is ours and whole enough to work with: StorageError, one line, for a file
/// that is missing, a directory, empty, not HDF5, truncated, not ours, of a newer format.
/// @param flags  H5F_ACC_RDONLY or H5F_ACC_RDWR
[[nodiscard]] hdf5::File open_result_file(const std::filesystem::path& path, unsigned flags);

/// Fills in what the attributes, /generation and /failures tell; job and progress are not touched.
void read_summary(const hdf5::File& file, const std::filesystem::path& path, FileSummary& summary);

/// Where the dataset `generation` stands in the file.
[[nodiscard]] std::uint64_t find_generation(const hdf5::File& file, const std::filesystem::path& path);

/// Job, store and layout as the file states them.
[[nodiscard]] JobDescription read_job(const hdf5::File& file, const std::filesystem::path& path);

}  // namespace factorize::results
