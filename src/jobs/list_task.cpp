#include "jobs/list_task.hpp"

#include <chrono>

#include "jobs/certificate.hpp"
#include "jobs/error.hpp"
#include "jobs/factorization_codec.hpp"
#include "jobs/little_endian.hpp"
#include "numbers/certify.hpp"
#include "numbers/factor.hpp"

namespace factorize::jobs {

TaskResult factor_blocks(TaskId task, BlockSpan blocks, std::span<const std::uint64_t> numbers,
                         const Layout& layout, Store store) {
    using Clock = std::chrono::steady_clock;
    TaskResult result{.task = task, .blocks = {}, .pieces = {}, .payload = {}, .seconds = 0};
    std::vector<numbers::Factorization> rows;
    for (std::uint64_t block = blocks.first; block < blocks.end(); ++block) {
        const Clock::time_point start = Clock::now();
        const auto mine = numbers.first(layout.rows_in(block));
        numbers = numbers.subspan(mine.size());
        rows.resize(mine.size());
        numbers::factor(mine, rows);
        for (std::size_t i = 0; i < mine.size(); ++i)
            if (!numbers::certifies(rows[i], mine[i])) throw CertificateError(mine[i], rows[i]);

        const std::size_t before = result.payload.size();
        encode_factorizations(rows, store, result.payload);
        const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
        result.pieces.push_back({.target = Target::factorizations,
                                 .owner = static_cast<std::uint32_t>(result.blocks.size()),
                                 .index = block,
                                 .bytes = result.payload.size() - before});
        result.blocks.push_back({.block = block,
                                 .rows = mine.size(),
                                 .first_factor = 0,
                                 .factors = stored_divisors(std::span(result.payload).subspan(before)),
                                 .xxh64 = 0,
                                 .seconds = seconds});
        result.seconds += seconds;
    }
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
