// Which blocks of a result file are committed, and which elements of `factors` they list.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "jobs/layout.hpp"
#include "results/hdf5.hpp"

namespace factorize::results {

class CommitTable {
public:
    CommitTable() = default;
    /// Reads /blocks. Rows whose tag does not fit do not count. Memory: a bit a block, and the gaps between
    /// them.
    CommitTable(const hdf5::Dataset& blocks, const jobs::Layout& layout, const std::filesystem::path& path);

    [[nodiscard]] bool is_committed(std::uint64_t block) const {
        return block < committed_.size() && committed_[block];
    }
    /// Whether the block that lists element `factor` is committed: then the chunk that begins there is
    /// stored.
    [[nodiscard]] bool covers(std::uint64_t factor) const;

    [[nodiscard]] std::uint64_t blocks() const { return blocks_; }
    [[nodiscard]] std::uint64_t rows() const { return rows_; }
    [[nodiscard]] std::uint64_t factors() const { return factors_; }
    [[nodiscard]] double seconds() const { return seconds_; }
    /// Blocks whose row has a tag that does not fit: damaged, or torn by a power loss. A row without a tag,
    /// which comes last in it, is none: its write ended before.
    [[nodiscard]] const std::vector<std::uint64_t>& broken_rows() const { return broken_rows_; }

private:
    struct Extent {
        std::uint64_t first;
        std::uint64_t end;
    };

    std::vector<bool> committed_;
    std::vector<Extent> extents_;  // of `factors`, ascending, neighbours joined
    std::uint64_t blocks_ = 0;
    std::uint64_t rows_ = 0;
    std::uint64_t factors_ = 0;
    double seconds_ = 0;
    std::vector<std::uint64_t> broken_rows_;
};

}  // namespace factorize::results
