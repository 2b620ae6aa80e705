// What the datasets of a job must hold, by trial division.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <set>
#include <utility>
#include <vector>

#include "cluster/job.hpp"
#include "jobs/census.hpp"
#include "jobs/factorization_codec.hpp"
#include "jobs/layout.hpp"
#include "jobs/list_task.hpp"
#include "jobs/little_endian.hpp"
#include "jobs/ranges.hpp"
#include "jobs/store.hpp"
#include "support/decoded_tables.hpp"
#include "support/trial_division.hpp"

namespace factorize::test {

struct JobTable {
    /// @param block_rows, factor_chunk  0: as make_layout() has them
    JobTable(std::vector<std::uint64_t> numbers_, jobs::Store store_, std::uint64_t block_rows = 0,
             std::uint64_t factor_chunk = 0)
        : numbers(std::move(numbers_)), store(store_) {
        std::uint64_t factors = 0;
        for (const std::uint64_t n : numbers) {
            first_factor.push_back(factors);
            lists.push_back(listed(n, store));
            factors += lists.back().size();
        }
        first_factor.push_back(factors);
        layout = jobs::make_layout(numbers.size(), factors);
        if (block_rows > 0) layout.block_rows = std::min<std::uint64_t>(block_rows, numbers.size());
        if (factor_chunk > 0) layout.factor_chunk = std::min(factor_chunk, factors);
    }

    static JobTable of(const jobs::Ranges& ranges, jobs::Store store, std::uint64_t block_rows = 0,
                       std::uint64_t factor_chunk = 0) {
        std::vector<std::uint64_t> numbers;
        for (std::uint64_t row = 0; row < ranges.rows(); ++row) numbers.push_back(ranges.number_at(row));
        return {std::move(numbers), store, block_rows, factor_chunk};
    }

    /// @param failed  rows that leave a gap
    [[nodiscard]] Tables tables(const std::set<std::uint64_t>& failed = {}) const {
        Tables tables;
        tables.numbers = numbers;
        for (std::uint64_t row = 0; row < numbers.size(); ++row) {
            std::vector<std::uint64_t> list = lists[row];
            tables.counts.push_back(failed.contains(row) ? 0 : static_cast<std::uint32_t>(list.size()));
            tables.offsets.push_back(first_factor[row]);
            if (failed.contains(row)) list.assign(list.size(), 0);
            tables.factors.insert(tables.factors.end(), list.begin(), list.end());
        }
        return tables;
    }

    [[nodiscard]] std::uint64_t first_row(std::uint64_t block) const {
        return std::min(layout.first_row(block), layout.rows);
    }

    /// A journal frame of some rows.
    [[nodiscard]] std::vector<std::byte> frame(std::uint64_t first, std::uint64_t end) const {
        std::vector<jobs::FactoredRow> rows;
        for (std::uint64_t row = first; row < end; ++row)
            rows.push_back({numbers[row], primes_of(numbers[row])});
        std::vector<std::byte> bytes;
        jobs::encode_factorizations(rows, store, bytes);
        return bytes;
    }

    /// The payload of a task of the second phase of a list. All rows behind the task follow.
    [[nodiscard]] std::vector<std::byte> lay_out_payload(jobs::BlockSpan blocks) const {
        std::vector<std::byte> payload;
        jobs::put_u64(first_factor[first_row(blocks.first)], payload);
        for (std::uint64_t block = blocks.first; block < blocks.end(); ++block)
            jobs::put_frame(frame(first_row(block), first_row(block + 1)), payload);
        jobs::put_frame(frame(first_row(blocks.end()), layout.rows), payload);
        return payload;
    }

    std::vector<std::uint64_t> numbers;
    jobs::Store store;
    jobs::Layout layout;
    std::vector<std::uint64_t> first_factor;  // of each row, then the total
    std::vector<std::vector<std::uint64_t>> lists;
};

inline cluster::Job range_job(const jobs::Ranges& ranges, const JobTable& table) {
    return {.kind = cluster::JobKind::list_ranges,
            .store = table.store,
            .layout = table.layout,
            .ranges = ranges.all(),
            .census = jobs::RangeCensus(ranges, table.store).table()};
}

/// Tasks of `at_once` blocks that cover all of them.
inline std::vector<jobs::BlockSpan> cut(std::uint64_t blocks, std::uint64_t at_once) {
    std::vector<jobs::BlockSpan> spans;
    for (std::uint64_t first = 0; first < blocks; first += at_once)
        spans.push_back({first, std::min(at_once, blocks - first)});
    return spans;
}

}  // namespace factorize::test
