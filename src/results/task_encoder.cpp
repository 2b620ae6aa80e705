#include "results/task_encoder.hpp"

#include <algorithm>
#include <bit>
#include <chrono>
#include <limits>
#include <stdexcept>
#include <utility>
#include <vector>

#include "jobs/huge_pages.hpp"
#include "results/chunk_compressor.hpp"
#include "results/result_check.hpp"

namespace factorize::results {
namespace {

// The datasets are little-endian and their chunks are made from memory as it is.
static_assert(std::endian::native == std::endian::little);

using Clock = std::chrono::steady_clock;

double seconds_between(Clock::time_point begin, Clock::time_point end) {
    return std::chrono::duration<double>(end - begin).count();
}

void require(bool condition, const char* what) {
    if (!condition) throw std::logic_error(what);
}

}  // namespace

struct TaskEncoder::State {
    State(const jobs::Layout& layout_, jobs::Store store_) : layout(layout_), store(store_) {}

    jobs::Layout layout;
    jobs::Store store;
    ChunkCompressor compressor;
    jobs::TaskResult result;
    std::vector<std::byte> spare;   // for the next payload
    std::size_t usual_payload = 0;  // bytes of the last one: growing a vector of megabytes copies it

    jobs::BlockSpan blocks;         // of the task
    std::uint64_t block = 0;        // being filled; blocks.end() behind the last row
    std::uint64_t position = 0;     // in `factors`, of the next element
    std::uint64_t dropped_end = 0;  // elements before belong to a chunk of an earlier task
    std::uint64_t block_first_factor = 0;

    // Rows of `block` so far.
    std::vector<std::uint64_t> numbers;
    std::vector<std::uint32_t> counts;
    std::vector<std::uint64_t> offsets;

    // The chunk of `factors` that is not full yet; empty between two chunks.
    std::vector<std::byte> open_chunk;
    std::uint32_t open_owner = 0;

    bool running = false;
    Clock::time_point task_begin;
    Clock::time_point block_begin;

    [[nodiscard]] std::size_t width() const { return jobs::value_bytes(store); }
    [[nodiscard]] bool rows_complete() const { return block == blocks.end(); }

    [[nodiscard]] std::uint64_t missing() const {
        if (open_chunk.empty()) return 0;
        return layout.chunk_end(position / layout.factor_chunk) - position;
    }

    void append_piece(jobs::Target target, std::uint32_t owner, std::uint64_t index,
                      std::span<const std::byte> elements, std::size_t chunk_elements,
                      std::size_t element_bytes) {
        const std::size_t bytes =
            compressor.append_chunk(elements, chunk_elements * element_bytes, element_bytes, result.payload);
        result.pieces.push_back({.target = target, .owner = owner, .index = index, .bytes = bytes});
    }

    /// Elements at `position`, as bytes.
    void take_elements(std::span<const std::byte> bytes) {
        if (position < dropped_end) {
            const std::uint64_t drop =
                std::min<std::uint64_t>(dropped_end - position, bytes.size() / width());
            position += drop;
            bytes = bytes.subspan(drop * width());
        }
        while (!bytes.empty()) {
            const std::uint64_t chunk = position / layout.factor_chunk;
            const std::uint64_t room = layout.chunk_end(chunk) - position;
            const std::uint64_t taken = std::min<std::uint64_t>(room, bytes.size() / width());
            const std::span<const std::byte> part = bytes.first(taken * width());
            bytes = bytes.subspan(part.size());
            if (open_chunk.empty()) open_owner = static_cast<std::uint32_t>(block - blocks.first);
            if (taken == room && open_chunk.empty()) {
                append_piece(jobs::Target::factors, open_owner, chunk, part, layout.factor_chunk, width());
            } else {
                open_chunk.insert(open_chunk.end(), part.begin(), part.end());
                if (taken == room) {
                    append_piece(jobs::Target::factors, open_owner, chunk, open_chunk, layout.factor_chunk,
                                 width());
                    open_chunk.clear();
                }
            }
            position += taken;
        }
    }

    template <class Value>
    void add_rows(std::span<const std::uint64_t> row_numbers, std::span<const std::uint32_t> row_counts,
                  std::span<const Value> divisors) {
        require(running && sizeof(Value) == width(), "TaskEncoder: divisors of the wrong width, or no task");
        require(row_numbers.size() == row_counts.size(), "TaskEncoder: as many counts as numbers, please");
        std::size_t row = 0;
        while (row < row_numbers.size()) {
            require(!rows_complete(), "TaskEncoder: more rows than the task has");
            const std::size_t room = layout.rows_in(block) - numbers.size();
            const std::size_t end = row + std::min(room, row_numbers.size() - row);
            std::uint64_t elements = 0;
            for (std::size_t i = row; i < end; ++i) {
                numbers.push_back(row_numbers[i]);
                counts.push_back(row_counts[i]);
                offsets.push_back(position + elements);
                elements += row_counts[i];
            }
            require(elements <= divisors.size(), "TaskEncoder: fewer divisors than counted");
            take_checked(std::as_bytes(divisors.first(elements)));
            divisors = divisors.subspan(elements);
            row = end;
            close_full_block();
        }
        require(divisors.empty(), "TaskEncoder: more divisors than counted");
    }

    void take_checked(std::span<const std::byte> bytes) {
        require(bytes.size() / width() <= layout.factors - position,
                "TaskEncoder: more factors than the layout has");
        take_elements(bytes);
    }

    void take_zeros(std::uint64_t elements) {
        const std::vector<std::byte> zeros(std::min<std::uint64_t>(elements, 4096) * width());
        while (elements > 0) {
            const std::uint64_t part = std::min<std::uint64_t>(elements, zeros.size() / width());
            take_checked(std::span(zeros).first(part * width()));
            elements -= part;
        }
    }

    void close_full_block() {
        if (numbers.size() < layout.rows_in(block)) return;
        const auto owner = static_cast<std::uint32_t>(block - blocks.first);
        const std::size_t chunk = layout.block_rows;
        append_piece(jobs::Target::numbers, owner, block, std::as_bytes(std::span(numbers)), chunk, 8);
        append_piece(jobs::Target::counts, owner, block, std::as_bytes(std::span(counts)), chunk, 4);
        append_piece(jobs::Target::offsets, owner, block, std::as_bytes(std::span(offsets)), chunk, 8);
        const Clock::time_point now = Clock::now();
        result.blocks.push_back({.block = block,
                                 .rows = numbers.size(),
                                 .first_factor = block_first_factor,
                                 .factors = position - block_first_factor,
                                 .xxh64 = 0,
                                 .seconds = seconds_between(block_begin, now)});
        block_begin = now;
        block_first_factor = position;
        ++block;
        numbers.clear();
        counts.clear();
        offsets.clear();
    }

    template <class Value>
    void fill(std::span<const Value> divisors) {
        require(running && rows_complete(), "TaskEncoder: rows of the task are missing");
        require(sizeof(Value) == width(), "TaskEncoder: divisors of the wrong width");
        take_elements(std::as_bytes(divisors.first(std::min<std::uint64_t>(missing(), divisors.size()))));
    }
};

TaskEncoder::TaskEncoder(const jobs::Layout& layout, jobs::Store store)
    : state_(std::make_unique<State>(layout, store)) {}

TaskEncoder::~TaskEncoder() = default;
TaskEncoder::TaskEncoder(TaskEncoder&&) noexcept = default;
TaskEncoder& TaskEncoder::operator=(TaskEncoder&&) noexcept = default;

void TaskEncoder::reuse(std::vector<std::byte> payload) { state_->spare = std::move(payload); }

void TaskEncoder::begin(jobs::TaskId task, jobs::BlockSpan blocks, std::uint64_t first_factor) {
    State& state = *state_;
    const jobs::Layout& layout = state.layout;
    require(
        blocks.count > 0 && blocks.first < layout.blocks() && blocks.count <= layout.blocks() - blocks.first,
        "TaskEncoder: blocks outside of the layout");
    require(blocks.count <= std::numeric_limits<std::uint32_t>::max(), "TaskEncoder: too many blocks");
    require(first_factor <= layout.factors, "TaskEncoder: a position outside of the layout");
    state.result = {};
    state.result.task = task;
    state.result.payload = std::exchange(state.spare, {});
    state.result.payload.clear();
    jobs::reserve_on_huge_pages(state.result.payload, state.usual_payload + state.usual_payload / 8);
    state.blocks = blocks;
    state.block = blocks.first;
    state.position = first_factor;
    state.block_first_factor = first_factor;
    state.dropped_end = std::min(layout.first_chunk_from(first_factor) * layout.factor_chunk, layout.factors);
    state.numbers.clear();
    state.counts.clear();
    state.offsets.clear();
    state.open_chunk.clear();
    state.running = true;
    state.task_begin = Clock::now();
    state.block_begin = state.task_begin;
}

void TaskEncoder::add_rows(std::span<const std::uint64_t> numbers, std::span<const std::uint32_t> counts,
                           std::span<const std::uint64_t> divisors) {
    state_->add_rows(numbers, counts, divisors);
}

void TaskEncoder::add_rows(std::span<const std::uint64_t> numbers, std::span<const std::uint32_t> counts,
                           std::span<const std::uint32_t> divisors) {
    state_->add_rows(numbers, counts, divisors);
}

void TaskEncoder::add_failed_row(std::uint64_t number, std::uint64_t reserved) {
    State& state = *state_;
    require(state.running && !state.rows_complete(), "TaskEncoder: more rows than the task has");
    state.numbers.push_back(number);
    state.counts.push_back(0);
    state.offsets.push_back(state.position);
    state.take_zeros(reserved);
    state.close_full_block();
}

std::uint64_t TaskEncoder::missing() const { return state_->missing(); }

void TaskEncoder::fill(std::span<const std::uint64_t> divisors) { state_->fill(divisors); }
void TaskEncoder::fill(std::span<const std::uint32_t> divisors) { state_->fill(divisors); }

void TaskEncoder::fill_zeros(std::uint64_t reserved) {
    require(state_->running && state_->rows_complete(), "TaskEncoder: rows of the task are missing");
    state_->take_zeros(std::min(reserved, missing()));
}

jobs::TaskResult TaskEncoder::finish() {
    State& state = *state_;
    require(state.running && state.rows_complete(), "TaskEncoder: rows of the task are missing");
    require(state.missing() == 0, "TaskEncoder: the last chunk is not full");
    jobs::TaskResult& result = state.result;
    const std::vector<std::uint64_t> hashes = hash_blocks(ordered_pieces(result), result.blocks.size());
    for (std::size_t i = 0; i < hashes.size(); ++i) result.blocks[i].xxh64 = hashes[i];
    const Clock::time_point now = Clock::now();
    result.blocks.back().seconds += seconds_between(state.block_begin, now);
    result.seconds = seconds_between(state.task_begin, now);
    state.running = false;
    state.usual_payload = result.payload.size();
    return std::exchange(state.result, {});
}

}  // namespace factorize::results
