#include "results/result_reader.hpp"

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <thread>
#include <unordered_map>

#include <fcntl.h>
#include <fmt/format.h>

#include "jobs/ranges.hpp"
#include "jobs/xxh64.hpp"
#include "numbers/primality.hpp"
#include "results/commit_table.hpp"
#include "results/crash_guard.hpp"
#include "results/file_contents.hpp"
#include "results/stored_bytes.hpp"

namespace factorize::results {
namespace {

constexpr std::uint64_t elements_a_read = 256 * 1024;  // 2 MiB of divisors; a longer row is read whole
constexpr std::uint32_t most_divisors = 103'680;  // tau(897612484786617600), and of no number below 2^64 more
constexpr int most_tries = 15;  // 0.3 s: under a writer that commits without a pause, one in seven was torn
constexpr int most_looks = 3;   // at tables that a writer was changing: it takes microseconds

/// Enough that a chunk which two neighbouring reads share is decoded once.
std::size_t cache_bytes(std::uint64_t chunk_elements, std::size_t element_bytes) {
    return std::max<std::size_t>(2 * chunk_elements * element_bytes, 1U << 20U);
}

/// Runs `attempt` until it does not meet a damaged file; a writer may be changing what is read at this
/// moment. Between two attempts `reopen`, which may meet the same.
template <class Attempt, class Reopen>
auto try_again(const std::filesystem::path& path, bool patiently, const Attempt& attempt,
               const Reopen& reopen) {
    const CrashGuard guard(path);
    for (int tries = 1;; ++tries) {
        try {
            if (tries > 1) reopen();
            return attempt();
        } catch (const hdf5::LibraryError& error) {
            if (!patiently || tries == most_tries) throw hdf5::Damage(path, error.fault());
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
}

/// Rows of one block.
struct BlockRows {
    std::uint64_t first = 0;
    std::vector<std::uint64_t> numbers;
    std::vector<std::uint32_t> counts;
    std::vector<std::uint64_t> offsets;
};

}  // namespace

struct ResultReader::State {
    std::filesystem::path path;
    hdf5::File file;
    hdf5::Dataset numbers, counts, offsets, factors, blocks;
    hdf5::Type block_type;
    FileSummary summary;
    CommitTable commits;
    std::vector<std::uint64_t> failed;   // of /failures, ascending
    std::optional<jobs::Ranges> ranges;  // none: a list

    std::optional<std::uint64_t> loaded;  // the block in `rows`
    BlockRows rows;
    std::vector<std::uint64_t> elements;  // a slice of `factors`
    std::vector<std::uint32_t> narrow_elements;
    std::vector<std::uint64_t> expanded;  // the whole list of a row stored by halves

    explicit State(const std::filesystem::path& path_) : path(path_) {}

    [[nodiscard]] const jobs::Layout& layout() const { return summary.job.layout; }
    [[nodiscard]] bool in_the_making() const { return summary.status == Status::partial; }

    void open_handles() {
        for (hdf5::Dataset* dataset : {&numbers, &counts, &offsets, &factors, &blocks}) *dataset = {};
        block_type = {};
        file = {};
        file = open_result_file(path, H5F_ACC_RDONLY);
        const JobDescription job = read_job(file, path);
        if (summary.job.layout.rows != 0 && !(job == summary.job)) {
            throw jobs::StorageError(
                fmt::format("{} was replaced while it was read; start again", path.string()));
        }
        summary.job = job;
        numbers = hdf5::open_dataset(file, name::numbers, cache_bytes(job.layout.block_rows, 8), path);
        counts = hdf5::open_dataset(file, name::counts, cache_bytes(job.layout.block_rows, 4), path);
        offsets = hdf5::open_dataset(file, name::offsets, cache_bytes(job.layout.block_rows, 8), path);
        factors = hdf5::open_dataset(
            file, name::factors, cache_bytes(job.layout.factor_chunk, jobs::value_bytes(job.store)), path);
        blocks = hdf5::open_dataset(file, name::blocks, 0, path);
        block_type = block_row_type(path);
    }

    void open() {
        for (int looks = 1;; ++looks) {
            read_what_is_committed();
            if (is_settled() || looks == most_looks) return;
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
    }

    /// False also when a writer was seen between two writes: a row of /blocks half written, or the last one
    /// missing although the status that follows it is there.
    [[nodiscard]] bool is_settled() const {
        return summary.broken_block_rows.empty() &&
               (in_the_making() || summary.committed_blocks == layout().blocks());
    }

    void read_what_is_committed() {
        try_again(
            path, true,
            [&] {
                open_handles();
                // First of all what is committed: whatever is read after that, is at least as new.
                ranges = read_ranges();
                commits = CommitTable(blocks, summary.job.layout, path);
                read_summary(file, path, summary);
                summary.committed_blocks = commits.blocks();
                summary.committed_rows = commits.rows();
                summary.committed_factors = commits.factors();
                summary.compute_seconds = commits.seconds();
                summary.broken_block_rows = commits.broken_rows();
                failed.clear();
                for (const Failure& failure : summary.failures) failed.push_back(failure.number);
                std::ranges::sort(failed);
            },
            [] {});
    }

    [[nodiscard]] std::optional<jobs::Ranges> read_ranges() const {
        constexpr std::string_view prefix = "range ";
        const std::string_view job = summary.job.job;
        if (!job.starts_with(prefix)) return std::nullopt;
        try {
            jobs::Ranges found = jobs::parse_ranges(job.substr(prefix.size()));
            if (found.rows() == layout().rows) return found;
        } catch (const jobs::InputError&) {
            // Told as what it is: a job that `run` does not write.
        }
        throw hdf5::Damage(path, fmt::format("its {} rows are not those of its job", layout().rows));
    }

    /// `what` in a message: "rows 0 to 16383 of numbers".
    template <class Value>
    void read_rows(const hdf5::Dataset& dataset, const char* dataset_name, hid_t type, std::uint64_t first,
                   std::vector<Value>& to) {
        hdf5::read_slice(dataset, type, first, to.size(), to.data(), path,
                         fmt::format("read rows {} to {} of {}", first, first + to.size() - 1, dataset_name));
    }

    void load_block(std::uint64_t block) {
        if (loaded == block) return;
        loaded.reset();
        const std::uint64_t count = layout().rows_in(block);
        rows.first = layout().first_row(block);
        rows.numbers.resize(count);
        rows.counts.resize(count);
        rows.offsets.resize(count);
        try_again(
            path, in_the_making(),
            [&] {
                read_rows(numbers, name::numbers, H5T_NATIVE_UINT64, rows.first, rows.numbers);
                read_rows(counts, name::counts, H5T_NATIVE_UINT32, rows.first, rows.counts);
                read_rows(offsets, name::offsets, H5T_NATIVE_INT64, rows.first, rows.offsets);
                for (std::size_t i = 0; i < count; ++i) {
                    if (rows.offsets[i] > layout().factors || rows.counts[i] > most_divisors ||
                        rows.counts[i] > layout().factors - rows.offsets[i]) {
                        throw hdf5::Damage(
                            path, fmt::format("the divisors of row {} lie outside of dataset factors",
                                              rows.first + i));
                    }
                }
            },
            [&] { open_handles(); });
        loaded = block;
    }

    /// Fills `elements` with `count` stored divisors from position `first` on.
    void load_elements(std::uint64_t first, std::uint64_t count) {
        elements.resize(count);
        if (count == 0) return;
        const std::string what =
            fmt::format("read elements {} to {} of {}", first, first + count - 1, name::factors);
        try_again(
            path, in_the_making(),
            [&] {
                if (summary.job.store == jobs::Store::full) {
                    // As signed as they are stored: the bits are the same, and HDF5 converts nothing.
                    hdf5::read_slice(factors, H5T_NATIVE_INT64, first, count, elements.data(), path, what);
                    return;
                }
                narrow_elements.resize(count);
                hdf5::read_slice(factors, H5T_NATIVE_UINT32, first, count, narrow_elements.data(), path,
                                 what);
                std::copy(narrow_elements.begin(), narrow_elements.end(), elements.begin());
            },
            [&] { open_handles(); });
    }

    /// @pre the block of row `rows.first + i` is loaded and committed
    [[nodiscard]] bool is_readable(std::size_t i) const {
        if (rows.counts[i] == 0) return true;
        // Its other chunks begin inside the row, so its own block owns them.
        return commits.covers(rows.offsets[i] / layout().factor_chunk * layout().factor_chunk);
    }

    /// @param number  of a row without divisors
    [[nodiscard]] bool has_failed(std::uint64_t number) const {
        return number > 1 &&
               (!factorize::numbers::is_prime(number) || std::ranges::binary_search(failed, number));
    }

    /// @param begin  of the row's divisors in `elements`
    [[nodiscard]] Row make_row(std::size_t i, std::uint64_t begin) {
        Row row{.index = rows.first + i,
                .number = rows.numbers[i],
                .offset = rows.offsets[i],
                .stored_count = rows.counts[i],
                .stored = std::span(elements).subspan(begin, rows.counts[i]),
                .factors = {},
                .failed = rows.counts[i] == 0 && has_failed(rows.numbers[i])};
        row.factors = summary.job.store == jobs::Store::full ? row.stored : expand(row.number, row.stored);
        return row;
    }

    std::span<const std::uint64_t> expand(std::uint64_t number, std::span<const std::uint64_t> half) {
        expanded.assign(half.begin(), half.end());
        for (auto d = half.rbegin(); d != half.rend(); ++d) {
            if (*d == 0) {
                throw hdf5::Damage(path, fmt::format("0 among the divisors of {}", number));
            }
            if (const std::uint64_t pair = number / *d; pair != *d) expanded.push_back(pair);
        }
        return expanded;
    }

    /// Visits readable rows from begin to before end of the loaded block; false when the visitor stopped.
    bool visit_rows(std::size_t begin, std::size_t end, const std::function<bool(const Row&)>& visit) {
        while (begin < end) {
            if (!is_readable(begin)) {
                ++begin;
                continue;
            }
            // As many rows as fit in one read; the gaps of failed rows between them are read along.
            const std::uint64_t first = rows.offsets[begin];
            std::uint64_t last = first + rows.counts[begin];
            std::size_t slice_end = begin + 1;
            while (slice_end < end && is_readable(slice_end) && rows.offsets[slice_end] >= first &&
                   rows.offsets[slice_end] + rows.counts[slice_end] - first <= elements_a_read) {
                last = std::max(last, rows.offsets[slice_end] + rows.counts[slice_end]);
                ++slice_end;
            }
            load_elements(first, last - first);
            for (std::size_t i = begin; i < slice_end; ++i) {
                if (!visit(make_row(i, rows.offsets[i] - first))) return false;
            }
            begin = slice_end;
        }
        return true;
    }

    void for_each_row(std::uint64_t first, std::uint64_t count,
                      const std::function<bool(const Row&)>& visit) {
        if (first >= layout().rows) return;
        const std::uint64_t last = first + std::min(count, layout().rows - first);
        while (first < last) {
            const std::uint64_t block = first / layout().block_rows;
            const std::uint64_t block_first = layout().first_row(block);
            const std::uint64_t end = std::min(last, block_first + layout().rows_in(block));
            if (commits.is_committed(block)) {
                load_block(block);
                if (!visit_rows(first - block_first, end - block_first, visit)) return;
            }
            first = end;
        }
    }

    StoredBytes stored_bytes(std::uint64_t block, const BlockRow& row) {
        StoredBytesReader stored(path);
        const std::uint64_t first_row = layout().first_row(block);
        stored.add(numbers, first_row, layout().block_rows * sizeof(std::uint64_t));
        stored.add(counts, first_row, layout().block_rows * sizeof(std::uint32_t));
        stored.add(offsets, first_row, layout().block_rows * sizeof(std::uint64_t));
        const jobs::ChunkSpan chunks = layout().owned_chunks(row.first_factor, row.factors);
        for (std::uint64_t chunk = chunks.first; chunk < chunks.end(); ++chunk)
            stored.add(factors, chunk * layout().factor_chunk,
                       layout().factor_chunk * jobs::value_bytes(summary.job.store));
        return {.count = stored.count(), .xxh64 = stored.xxh64()};
    }

    /// Calls `visit(first row, numbers)` for each committed block.
    template <class Visit>
    void for_each_block_of_numbers(const Visit& visit) {
        std::vector<std::uint64_t> numbers_of_block;
        for (std::uint64_t block = 0; block < layout().blocks(); ++block) {
            if (!commits.is_committed(block)) continue;
            const std::uint64_t first = layout().first_row(block);
            numbers_of_block.resize(layout().rows_in(block));
            try_again(
                path, in_the_making(),
                [&] { read_rows(numbers, name::numbers, H5T_NATIVE_UINT64, first, numbers_of_block); },
                [&] { open_handles(); });
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

ResultReader::ResultReader(const std::filesystem::path& path) : state_(std::make_unique<State>(path)) {
    state_->open();
}

ResultReader::~ResultReader() = default;
ResultReader::ResultReader(ResultReader&&) noexcept = default;
ResultReader& ResultReader::operator=(ResultReader&&) noexcept = default;

const FileSummary& ResultReader::summary() const { return state_->summary; }
const jobs::Layout& ResultReader::layout() const { return state_->layout(); }
const std::optional<jobs::Ranges>& ResultReader::ranges() const { return state_->ranges; }
bool ResultReader::is_committed(std::uint64_t block) const { return state_->commits.is_committed(block); }

std::optional<BlockRow> ResultReader::block_row(std::uint64_t block) {
    if (!is_committed(block)) return std::nullopt;
    BlockRow row;
    hdf5::read_slice(state_->blocks, state_->block_type.get(), block, 1, &row, state_->path);
    return row;
}

StoredBytes ResultReader::stored_bytes(std::uint64_t block) {
    State& state = *state_;
    const std::optional<BlockRow> row = block_row(block);
    if (!row) throw std::logic_error("ResultReader: the block is not committed");
    return try_again(
        state.path, state.in_the_making(), [&] { return state.stored_bytes(block, *row); },
        [&] { state.open_handles(); });
}

std::uint64_t ResultReader::hash_numbers() {
    jobs::Xxh64 hash;
    state_->for_each_block_of_numbers(
        [&](std::uint64_t, std::span<const std::uint64_t> of_block) { hash.add(std::as_bytes(of_block)); });
    return hash.digest();
}

bool ResultReader::is_readable(std::uint64_t row) {
    State& state = *state_;
    if (row >= layout().rows) return false;
    const std::uint64_t block = row / layout().block_rows;
    if (!is_committed(block)) return false;
    state.load_block(block);
    return state.is_readable(row - state.rows.first);
}

std::optional<Row> ResultReader::row(std::uint64_t index) {
    if (!is_readable(index)) return std::nullopt;
    State& state = *state_;
    const std::size_t i = index - state.rows.first;
    state.load_elements(state.rows.offsets[i], state.rows.counts[i]);
    return state.make_row(i, 0);
}

void ResultReader::for_each_row(std::uint64_t first, std::uint64_t count,
                                const std::function<bool(const Row&)>& visit) {
    state_->for_each_row(first, count, visit);
}

std::vector<std::uint64_t> ResultReader::rows_of(std::uint64_t number) {
    return std::move(rows_of(std::span(&number, 1)).front());
}

std::vector<std::vector<std::uint64_t>> ResultReader::rows_of(std::span<const std::uint64_t> numbers) {
    if (!state_->ranges) return state_->scan_for(numbers);
    std::vector<std::vector<std::uint64_t>> found(numbers.size());
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        if (const std::optional<std::uint64_t> row = state_->ranges->row_of(numbers[i]))
            found[i].push_back(*row);
    }
    return found;
}

bool ResultReader::knows_all_numbers() const {
    return state_->ranges || summary().committed_blocks == layout().blocks();
}

}  // namespace factorize::results
