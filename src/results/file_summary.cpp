#include "results/file_summary.hpp"

#include <algorithm>
#include <cstring>
#include <span>
#include <string_view>

#include <fcntl.h>

#include "jobs/file_descriptor.hpp"
#include "results/file_contents.hpp"
#include "results/generation_fence.hpp"

namespace factorize::results {
namespace {

void read_failures(const hdf5::File& file, const std::filesystem::path& path, FileSummary& summary) {
    const hdf5::Dataset failures = hdf5::open_dataset(file, name::failures, 0, path);
    std::vector<FailureRow> rows(failure_capacity);
    hdf5::read_slice(failures, failure_row_type(path).get(), 0, rows.size(), rows.data(), path);
    summary.failures.clear();
    const auto free = std::ranges::find(rows, 0U, &FailureRow::number);
    summary.stray_failures = std::any_of(free, rows.end(), [](const FailureRow& row) {
        constexpr FailureRow none{};
        return std::memcmp(&row, &none, sizeof row) != 0;
    });
    for (const FailureRow& row : std::span(rows.begin(), free)) {
        const std::string_view message(row.message, FailureRow::message_bytes);
        summary.failures.push_back({.number = row.number,
                                    .attempts = row.attempts,
                                    .message = std::string(message.substr(0, message.find('\0')))});
    }
    summary.failed_numbers =
        summary.failures.size() + hdf5::Attributes(failures.get(), path).read_number(name::overflow);
}

}  // namespace

void read_summary(const hdf5::File& file, const std::filesystem::path& path, FileSummary& summary) {
    const hdf5::Attributes root(file.get(), path);
    summary.provenance = read_provenance(root);
    summary.totals = read_totals(root);
    summary.status = read_status(root);
    summary.definition = root.read_text("definition");
    summary.hdf5_version = root.read_text("hdf5_version");
    summary.resumed = root.read_text("resumed");
    Generation generation;
    hdf5::read_slice(hdf5::open_dataset(file, name::generation, 0, path), H5T_NATIVE_UINT64, 0, 2,
                     &generation, path);
    summary.starts = generation.starts;
    summary.rows_at_start = root.read_number(name::rows_at_start);
    summary.file_bytes = jobs::file_size(jobs::open_file(path, O_RDONLY), path);
    read_failures(file, path, summary);
}

}  // namespace factorize::results
