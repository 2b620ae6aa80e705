#include "results/commit_table.hpp"

#include <algorithm>

#include "results/file_contents.hpp"

namespace factorize::results {

CommitTable::CommitTable(const hdf5::Dataset& blocks, const jobs::Layout& layout,
                         const std::filesystem::path& path)
    : committed_(layout.blocks()) {
    constexpr std::uint64_t rows_a_read = 16 * 1024;  // 1 MiB
    const hdf5::Type type = block_row_type(path);
    std::vector<BlockRow> rows;
    for (std::uint64_t first = 0; first < committed_.size(); first += rows.size()) {
        rows.resize(std::min<std::uint64_t>(rows_a_read, committed_.size() - first));
        hdf5::read_slice(blocks, type.get(), first, rows.size(), rows.data(), path, "read /blocks");
        for (std::uint64_t i = 0; i < rows.size(); ++i) {
            const BlockRow& row = rows[i];
            if (!is_commit_of(row, first + i, layout)) {
                if (row.tag != 0) broken_rows_.push_back(first + i);
                continue;
            }
            committed_[first + i] = true;
            ++blocks_;
            rows_ += row.rows;
            factors_ += row.factors;
            seconds_ += row.seconds;
            if (row.factors == 0) continue;
            if (!extents_.empty() && extents_.back().end == row.first_factor) {
                extents_.back().end += row.factors;
            } else {
                extents_.push_back({row.first_factor, row.first_factor + row.factors});
            }
        }
    }
}

bool CommitTable::covers(std::uint64_t factor) const {
    const auto after =
        std::upper_bound(extents_.begin(), extents_.end(), factor,
                         [](std::uint64_t at, const Extent& extent) { return at < extent.first; });
    return after != extents_.begin() && factor < std::prev(after)->end;
}

}  // namespace factorize::results
