#include "jobs/list_task.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include <xxhash.h>

#include "jobs/error.hpp"
#include "jobs/factorization_codec.hpp"
#include "jobs/little_endian.hpp"
#include "jobs/wrong_result.hpp"
#include "numbers/certify.hpp"
#include "numbers/factor.hpp"

namespace factorize::jobs {
namespace {

constexpr std::size_t numbers_a_batch =
    256;  // 64 KB of factorizations; progress shows every few milliseconds

}  // namespace

TaskResult factor_blocks(TaskId task, BlockSpan blocks, std::span<const std::uint64_t> numbers,
                         std::span<const std::uint64_t> failed_rows, const Layout& layout, Store store,
                         const std::function<void()>& progress) {
    using Clock = std::chrono::steady_clock;
    TaskResult result{.task = task, .blocks = {}, .pieces = {}, .payload = {}, .seconds = 0};
    std::array<numbers::Factorization, numbers_a_batch> batch;
    std::vector<FactoredRow> rows;
    std::vector<std::uint64_t> wrong_rows;
    std::uint64_t first_wrong = 0;
    for (std::uint64_t block = blocks.first; block < blocks.end(); ++block) {
        const Clock::time_point start = Clock::now();
        const std::uint64_t first_row = layout.first_row(block);
        const auto mine = numbers.first(layout.rows_in(block));
        numbers = numbers.subspan(mine.size());
        rows.clear();
        while (rows.size() < mine.size()) {
            const auto some = mine.subspan(rows.size(), std::min(numbers_a_batch, mine.size() - rows.size()));
            numbers::factor(some, std::span(batch).first(some.size()));
            for (std::size_t i = 0; i < some.size(); ++i) {
                const std::uint64_t row = first_row + rows.size();
                FactoredRow& factored = rows.emplace_back(FactoredRow{some[i], batch[i]});
                if (std::binary_search(failed_rows.begin(), failed_rows.end(), row)) {
                    factored.primes.reset();
                } else if (!numbers::certifies(batch[i], some[i])) {
                    if (wrong_rows.empty()) first_wrong = some[i];
                    wrong_rows.push_back(row);
                }
            }
            progress();
        }
        const std::size_t before = result.payload.size();
        encode_factorizations(rows, store, result.payload);
        const auto frame = std::span<const std::byte>(result.payload).subspan(before);
        result.pieces.push_back({.target = Target::factorizations,
                                 .owner = static_cast<std::uint32_t>(result.blocks.size()),
                                 .index = block,
                                 .bytes = frame.size()});
        result.blocks.push_back({.block = block,
                                 .rows = mine.size(),
                                 .first_factor = 0,
                                 .factors = stored_divisors(frame),
                                 .xxh64 = XXH64(frame.data(), frame.size(), 0),
                                 .seconds = std::chrono::duration<double>(Clock::now() - start).count()});
    }
    if (!wrong_rows.empty()) throw RowsFailed(std::move(wrong_rows), first_wrong, "wrong factorization");
    return result;
}

void put_frame(std::span<const std::byte> frame, std::vector<std::byte>& payload) {
    put_u64(frame.size(), payload);
    payload.insert(payload.end(), frame.begin(), frame.end());
}

std::uint64_t take_first_factor(std::span<const std::byte>& payload) {
    if (payload.size() < 8) throw StorageError("the payload of a list's task is too short");
    return take_u64(payload);
}

std::span<const std::byte> take_frame(std::span<const std::byte>& payload) {
    const std::uint64_t bytes = take_first_factor(payload);
    if (payload.size() < bytes) throw StorageError("the payload of a list's task is too short");
    const auto frame = payload.first(bytes);
    payload = payload.subspan(bytes);
    return frame;
}

}  // namespace factorize::jobs
