#include "app/divisor_phase.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>

#include "jobs/factorization_codec.hpp"
#include "jobs/list_task.hpp"
#include "jobs/little_endian.hpp"

namespace factorize::app {
namespace {

// Of a task, so that its payload stays below some 40 MB even before any result has shown how large they are.
constexpr std::uint64_t most_factors = std::uint64_t{8} << 20;

}  // namespace

cluster::Phase DivisorPhase::plan() const {
    return {.blocks = layout_.blocks(),
            .block_rows = layout_.block_rows,
            .min_blocks = 1,
            .max_blocks = 0,
            .known_failed_rows = {}};
}

results::CheckedResult DivisorPhase::check(const jobs::TaskResult& result) const {
    return results::check_chunks(result, layout_);
}

void DivisorPhase::store(const results::CheckedResult& checked, int rank, std::uint32_t attempt) {
    writer_.write(checked, rank, attempt);
}

void DivisorPhase::record_failure(std::uint64_t row, std::uint32_t attempts, const std::string& message) {
    writer_.record_failure(number_at(row), attempts, message);
}

cluster::Job RangePhase::job() const {
    return {.kind = cluster::JobKind::list_ranges,
            .store = store_,
            .layout = layout_,
            .ranges = ranges_.all(),
            .census = census_.table()};
}

// A task pays two evaluations of the summatory functions; it is to last fifty times as long.
cluster::Phase RangePhase::plan() const {
    constexpr double row_seconds = 0.3e-6;  // listed and encoded, up to 1e12
    const double certificate_seconds = 2 * jobs::census_seconds(ranges_.all().back().last);
    cluster::Phase plan = DivisorPhase::plan();
    plan.min_blocks = static_cast<std::uint64_t>(
        std::ceil(50 * certificate_seconds / (row_seconds * static_cast<double>(layout_.block_rows))));
    const std::uint64_t factors_a_block = layout_.factors / std::max<std::uint64_t>(plan.blocks, 1) + 1;
    plan.max_blocks = std::max<std::uint64_t>(most_factors / factors_a_block, 1);
    // Blocks before them were stored with these rows left empty.
    for (const std::uint64_t number : writer().failed_numbers())
        if (const auto row = ranges_.row_of(number)) plan.known_failed_rows.push_back(*row);
    return plan;
}

LayOutPhase::LayOutPhase(results::ResultWriter& writer, const jobs::Layout& layout, jobs::Store store,
                         const jobs::NumberSpool& spool, const results::Journal& journal,
                         const std::vector<std::uint64_t>& first_factors,
                         std::vector<std::uint64_t> failed_rows)
    : DivisorPhase(writer, layout, store),
      spool_(spool),
      journal_(journal),
      first_factors_(first_factors),
      failed_rows_(std::move(failed_rows)) {}

cluster::Job LayOutPhase::job() const {
    return {.kind = cluster::JobKind::lay_out_list,
            .store = store_,
            .layout = layout_,
            .ranges = {},
            .census = {}};
}

cluster::Phase LayOutPhase::plan() const {
    // A list's rows may differ a thousandfold, so that the densest run of blocks counts.
    const auto densest = [this](std::uint64_t blocks) {
        std::uint64_t most = 0;
        for (std::size_t i = 0; i + blocks < first_factors_.size(); ++i)
            most = std::max(most, first_factors_[i + blocks] - first_factors_[i]);
        return most;
    };
    cluster::Phase plan = DivisorPhase::plan();
    plan.known_failed_rows = failed_rows_;
    plan.max_blocks = std::bit_floor(layout_.blocks());
    while (plan.max_blocks > 1 && densest(plan.max_blocks) > most_factors) plan.max_blocks /= 2;
    return plan;
}

std::uint64_t LayOutPhase::number_at(std::uint64_t row) const {
    std::uint64_t number = 0;
    spool_.read(row, {&number, 1});
    return number;
}

std::vector<std::byte> LayOutPhase::payload(jobs::BlockSpan blocks) {
    std::vector<std::byte> payload;
    jobs::put_u64(first_factors_[blocks.first], payload);
    for (std::uint64_t block = blocks.first; block < blocks.end(); ++block)
        jobs::put_frame(journal_.read(block), payload);
    jobs::put_frame(following_frame(blocks), payload);
    return payload;
}

// The rows behind a task whose divisors fill its last chunk. Rows without any are left out, or a long run of
// primes would travel with the task before it: so the frame holds at most a chunk's elements as rows.
std::vector<std::byte> LayOutPhase::following_frame(jobs::BlockSpan blocks) const {
    const std::uint64_t first = first_factors_[blocks.first];
    const std::uint64_t end = first_factors_[blocks.end()];
    const jobs::ChunkSpan chunks = layout_.owned_chunks(first, end - first);
    std::uint64_t missing = chunks.count == 0 ? 0 : layout_.chunk_end(chunks.end() - 1) - end;

    std::vector<jobs::FactoredRow> following;
    std::vector<jobs::FactoredRow> rows;
    for (std::uint64_t block = blocks.end(); missing > 0 && block < layout_.blocks(); ++block) {
        if (first_factors_[block] == first_factors_[block + 1]) continue;
        rows.clear();
        jobs::decode_factorizations(journal_.read(block), rows);
        for (const jobs::FactoredRow& row : rows) {
            const std::uint64_t listed = row.primes ? jobs::stored_divisors(*row.primes, store_) : 0;
            if (listed == 0) continue;
            following.push_back(row);
            missing -= std::min(missing, listed);
            if (missing == 0) break;
        }
    }
    std::vector<std::byte> frame;
    jobs::encode_factorizations(following, store_, frame);
    return frame;
}

}  // namespace factorize::app
