// The first phase of a list: its numbers out, their prime factorizations into the journal.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "app/phase.hpp"
#include "jobs/number_spool.hpp"
#include "jobs/store.hpp"
#include "results/journal.hpp"
#include "results/schema.hpp"

namespace factorize::app {

class FactorPhase : public Phase {
public:
    struct Failure {
        std::uint32_t attempts = 0;
        std::string message;
    };

    /// @param layout  of which only rows and block_rows are known yet
    /// What the journal holds already counts as done.
    FactorPhase(const jobs::NumberSpool& spool, results::Journal& journal, const jobs::Layout& layout,
                jobs::Store store);

    [[nodiscard]] cluster::Job job() const override;
    [[nodiscard]] cluster::Phase plan() const override;
    [[nodiscard]] bool is_done(std::uint64_t block) const override { return journal_.has(block); }
    [[nodiscard]] std::vector<std::byte> payload(jobs::BlockSpan blocks) override;
    [[nodiscard]] results::CheckedResult check(const jobs::TaskResult& result) const override;
    void store(const results::CheckedResult& checked, int rank, std::uint32_t attempt) override;
    void record_failure(std::uint64_t row, std::uint32_t attempts, const std::string& message) override;
    void commit() override { journal_.sync(); }

    /// Position in `factors` of each block's first divisor, then the total: 8 bytes a block. @pre the phase
    /// is done
    [[nodiscard]] std::vector<std::uint64_t> first_factors() const;
    /// By row.
    [[nodiscard]] const std::map<std::uint64_t, Failure>& failures() const { return failures_; }
    /// Those that the result file does not tell of yet: of a row that failed in an earlier run the journal
    /// knows nothing but that, and `recorded`, what that run wrote into /failures, may know the reason.
    [[nodiscard]] std::map<std::uint64_t, Failure> unrecorded_failures(
        std::span<const results::Failure> recorded) const;

private:
    const jobs::NumberSpool& spool_;
    results::Journal& journal_;
    jobs::Layout layout_;
    jobs::Store store_;
    std::vector<std::uint64_t> block_factors_;
    std::map<std::uint64_t, Failure> failures_;  // bounded by cluster::Limits::max_failed_rows
};

}  // namespace factorize::app
