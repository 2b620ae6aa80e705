// A result file as `info`, `show` and `verify` see it: complete, in the making, or left behind by a killed
// run.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "jobs/ranges.hpp"
#include "results/file_summary.hpp"
#include "results/row.hpp"
#include "results/schema.hpp"

namespace factorize::results {

/// All encoded chunks of a block.
struct StoredBytes {
    std::uint64_t count = 0;
    std::uint64_t xxh64 = 0;
};

/// Reads without locks, also while another process writes (HDF5 shares a file within a process: not in the
/// one that holds its ResultWriter). A row is readable when its block and the owners of all its chunks of
/// `factors` are committed; the state is that of the opening. A read torn by a
/// writer is tried again a few times. Errors: StorageError, one line naming the file, whether it is missing,
/// a directory, empty, not HDF5, truncated, not ours, of a newer format, or damaged.
class ResultReader {
public:
    explicit ResultReader(const std::filesystem::path& path);
    ~ResultReader();
    ResultReader(ResultReader&&) noexcept;
    ResultReader& operator=(ResultReader&&) noexcept;

    [[nodiscard]] const FileSummary& summary() const;
    [[nodiscard]] const jobs::Layout& layout() const;
    [[nodiscard]] const std::optional<jobs::Ranges>& ranges() const;  ///< of the job; none: a list
    [[nodiscard]] bool is_committed(std::uint64_t block) const;
    /// The commit row of a block; none if it is not committed.
    [[nodiscard]] std::optional<BlockRow> block_row(std::uint64_t block);
    /// The bytes stored for a committed block. Their xxh64 is that of block_row() in an undamaged file.
    [[nodiscard]] StoredBytes stored_bytes(std::uint64_t block);
    /// XXH64 of the numbers of all rows: what the job of a list is named after. @pre all blocks are committed
    [[nodiscard]] std::uint64_t hash_numbers();

    [[nodiscard]] bool is_readable(std::uint64_t row);
    /// One row; none if it is not readable. Its spans are valid until the next call of the reader.
    [[nodiscard]] std::optional<Row> row(std::uint64_t index);

    /// Calls `visit` for each readable row among `count` rows from `first` on, ascending; it returns false to
    /// stop, and must not call the reader. Memory: one block of rows and some MB of factors, however long a
    /// row is.
    void for_each_row(std::uint64_t first, std::uint64_t count, const std::function<bool(const Row&)>& visit);

    /// Rows of a number: computed for ranges (a row that is not committed yet included), by a scan of the
    /// committed blocks for lists: there, none may mean not yet, see knows_all_numbers().
    [[nodiscard]] std::vector<std::uint64_t> rows_of(std::uint64_t number);
    /// The same for many numbers with one scan: result[i] are the rows of numbers[i].
    [[nodiscard]] std::vector<std::vector<std::uint64_t>> rows_of(std::span<const std::uint64_t> numbers);
    /// Whether a number without a row is none of the job's: false for a list that is not wholly committed.
    [[nodiscard]] bool knows_all_numbers() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace factorize::results
