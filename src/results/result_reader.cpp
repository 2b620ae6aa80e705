#include "results/result_reader.hpp"

#include <algorithm>
#include <stdexcept>
#include <unordered_map>

#include "jobs/xxh64.hpp"
#include "results/open_result.hpp"
#include "results/row_loader.hpp"
#include "results/stored_bytes.hpp"

namespace factorize::results {

struct ResultReader::State {
    OpenResult file;
    RowLoader rows{file};

    explicit State(const std::filesystem::path& path) : file(path) {}

    [[nodiscard]] const jobs::Layout& layout() const { return file.layout(); }

    void for_each_row(std::uint64_t first, std::uint64_t count,
                      const std::function<bool(const Row&)>& visit) {
        if (first >= layout().rows) return;
        const std::uint64_t last = first + std::min(count, layout().rows - first);
        while (first < last) {
            const std::uint64_t block = first / layout().block_rows;
            const std::uint64_t block_first = layout().first_row(block);
            const std::uint64_t end = std::min(last, block_first + layout().rows_in(block));
            if (file.commits().is_committed(block)) {
                rows.load(block);
                if (!rows.visit(first - block_first, end - block_first, visit)) return;
            }
            first = end;
        }
    }

    StoredBytes stored_bytes(std::uint64_t block, const BlockRow& row) {
        StoredBytesReader stored(file.path());
        const std::uint64_t first_row = layout().first_row(block);
        stored.add(file.numbers(), first_row, layout().block_rows * sizeof(std::uint64_t));
        stored.add(file.counts(), first_row, layout().block_rows * sizeof(std::uint32_t));
        stored.add(file.offsets(), first_row, layout().block_rows * sizeof(std::uint64_t));
        const jobs::ChunkSpan chunks = layout().owned_chunks(row.first_factor, row.factors);
        for (std::uint64_t chunk = chunks.first; chunk < chunks.end(); ++chunk)
            stored.add(file.factors(), chunk * layout().factor_chunk,
                       layout().factor_chunk * jobs::value_bytes(file.summary().job.store));
        return {.count = stored.count(), .xxh64 = stored.xxh64()};
    }

    /// Calls `visit(first row, numbers)` for each committed block.
    template <class Visit>
    void for_each_block_of_numbers(const Visit& visit) {
        std::vector<std::uint64_t> numbers_of_block;
        for (std::uint64_t block = 0; block < layout().blocks(); ++block) {
            if (!file.commits().is_committed(block)) continue;
            const std::uint64_t first = layout().first_row(block);
            numbers_of_block.resize(layout().rows_in(block));
            file.read_numbers(first, numbers_of_block);
            visit(first, std::span<const std::uint64_t>(numbers_of_block));
        }
    }

    std::vector<std::vector<std::uint64_t>> scan_for(std::span<const std::uint64_t> wanted) {
        std::vector<std::vector<std::uint64_t>> found(wanted.size());
        std::unordered_multimap<std::uint64_t, std::size_t> places;
        for (std::size_t i = 0; i < wanted.size(); ++i) places.emplace(wanted[i], i);
        for_each_block_of_numbers([&](std::uint64_t first, std::span<const std::uint64_t> of_block) {
            for (std::size_t i = 0; i < of_block.size(); ++i) {
                const auto [begin, end] = places.equal_range(of_block[i]);
                for (auto place = begin; place != end; ++place) found[place->second].push_back(first + i);
            }
        });
        return found;
    }
};

ResultReader::ResultReader(const std::filesystem::path& path) : state_(std::make_unique<State>(path)) {}

ResultReader::~ResultReader() = default;
ResultReader::ResultReader(ResultReader&&) noexcept = default;
ResultReader& ResultReader::operator=(ResultReader&&) noexcept = default;

const FileSummary& ResultReader::summary() const { return state_->file.summary(); }
const jobs::Layout& ResultReader::layout() const { return state_->file.layout(); }
const std::optional<jobs::Ranges>& ResultReader::ranges() const { return state_->file.ranges(); }
bool ResultReader::is_committed(std::uint64_t block) const {
    return state_->file.commits().is_committed(block);
}

std::optional<BlockRow> ResultReader::block_row(std::uint64_t block) {
    if (!is_committed(block)) return std::nullopt;
    return state_->file.block_row(block);
}

StoredBytes ResultReader::stored_bytes(std::uint64_t block) {
    const std::optional<BlockRow> row = block_row(block);
    if (!row) throw std::logic_error("ResultReader: the block is not committed");
    return state_->file.read([&] { return state_->stored_bytes(block, *row); });
}

std::uint64_t ResultReader::hash_numbers() {
    jobs::Xxh64 hash;
    state_->for_each_block_of_numbers(
        [&](std::uint64_t, std::span<const std::uint64_t> of_block) { hash.add(std::as_bytes(of_block)); });
    return hash.digest();
}

bool ResultReader::is_readable(std::uint64_t row) {
    if (row >= layout().rows) return false;
    const std::uint64_t block = row / layout().block_rows;
    if (!is_committed(block)) return false;
    RowLoader& rows = state_->rows;
    rows.load(block);
    return rows.is_readable(row - rows.first_row());
}

std::optional<Row> ResultReader::row(std::uint64_t index) {
    if (!is_readable(index)) return std::nullopt;
    return state_->rows.row(index - state_->rows.first_row());
}

void ResultReader::for_each_row(std::uint64_t first, std::uint64_t count,
                                const std::function<bool(const Row&)>& visit) {
    state_->for_each_row(first, count, visit);
}

std::vector<std::uint64_t> ResultReader::rows_of(std::uint64_t number) {
    return std::move(rows_of(std::span(&number, 1)).front());
}

std::vector<std::vector<std::uint64_t>> ResultReader::rows_of(std::span<const std::uint64_t> numbers) {
    if (!ranges()) return state_->scan_for(numbers);
    std::vector<std::vector<std::uint64_t>> found(numbers.size());
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        if (const std::optional<std::uint64_t> row = ranges()->row_of(numbers[i])) found[i].push_back(*row);
    }
    return found;
}

bool ResultReader::knows_all_numbers() const {
    return ranges() || summary().committed_blocks == layout().blocks();
}

}  // namespace factorize::results
