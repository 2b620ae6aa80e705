// The phases that fill the result file: of ranges, and the second one of lists.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "app/phase.hpp"
#include "jobs/census.hpp"
#include "jobs/number_spool.hpp"
#include "jobs/ranges.hpp"
#include "jobs/store.hpp"
#include "results/journal.hpp"
#include "results/result_writer.hpp"

namespace factorize::app {

/// Stores encoded blocks. @param writer, and the parts of the job named by derived classes, outlive the phase
class DivisorPhase : public Phase {
public:
    [[nodiscard]] cluster::Phase plan() const override;
    [[nodiscard]] bool is_done(std::uint64_t block) const override { return writer_.is_committed(block); }
    [[nodiscard]] results::CheckedResult check(const jobs::TaskResult& result) const override;
    void store(const results::CheckedResult& checked, int rank, std::uint32_t attempt) override;
    void record_failure(std::uint64_t row, std::uint32_t attempts, const std::string& message) override;
    void commit() override { writer_.commit(); }

protected:
    DivisorPhase(results::ResultWriter& writer, const jobs::Layout& layout, jobs::Store store)
        : layout_(layout), store_(store), writer_(writer) {}
    [[nodiscard]] virtual std::uint64_t number_at(std::uint64_t row) const = 0;
    [[nodiscard]] const results::ResultWriter& writer() const { return writer_; }

    jobs::Layout layout_;
    jobs::Store store_;

private:
    results::ResultWriter& writer_;
};

/// Tasks carry nothing: a worker knows the ranges.
class RangePhase : public DivisorPhase {
public:
    RangePhase(results::ResultWriter& writer, const jobs::Layout& layout, jobs::Store store,
               const jobs::Ranges& ranges, const jobs::RangeCensus& census)
        : DivisorPhase(writer, layout, store), ranges_(ranges), census_(census) {}

    [[nodiscard]] cluster::Job job() const override;
    [[nodiscard]] cluster::Phase plan() const override;
    [[nodiscard]] std::vector<std::byte> payload(jobs::BlockSpan) override { return {}; }

private:
    [[nodiscard]] std::uint64_t number_at(std::uint64_t row) const override { return ranges_.number_at(row); }

    const jobs::Ranges& ranges_;
    const jobs::RangeCensus& census_;
};

/// Tasks carry the factorizations of their rows, and of as many rows behind them as fill their last chunk.
class LayOutPhase : public DivisorPhase {
public:
    /// @param first_factors  of each block, then the total
    LayOutPhase(results::ResultWriter& writer, const jobs::Layout& layout, jobs::Store store,
                const jobs::NumberSpool& spool, const results::Journal& journal,
                const std::vector<std::uint64_t>& first_factors, std::vector<std::uint64_t> failed_rows);

    [[nodiscard]] cluster::Job job() const override;
    [[nodiscard]] cluster::Phase plan() const override;
    [[nodiscard]] std::vector<std::byte> payload(jobs::BlockSpan blocks) override;

private:
    [[nodiscard]] std::uint64_t number_at(std::uint64_t row) const override;
    [[nodiscard]] std::vector<std::byte> following_frame(jobs::BlockSpan blocks) const;

    const jobs::NumberSpool& spool_;
    const results::Journal& journal_;
    const std::vector<std::uint64_t>& first_factors_;
    std::vector<std::uint64_t> failed_rows_;
};

}  // namespace factorize::app
