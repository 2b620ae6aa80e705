// Rank 0's side of a phase: what its tasks carry, and where their results go.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "cluster/job.hpp"
#include "cluster/orchestrator.hpp"
#include "jobs/task.hpp"
#include "jobs/task_result.hpp"
#include "results/result_check.hpp"

namespace factorize::app {

class Phase {
public:
    virtual ~Phase() = default;

    /// What workers must know before its first task.
    [[nodiscard]] virtual cluster::Job job() const = 0;
    [[nodiscard]] virtual cluster::Phase plan() const = 0;
    /// A block stored by an earlier run.
    [[nodiscard]] virtual bool is_done(std::uint64_t block) const = 0;

    /// The bytes that travel with a task.
    [[nodiscard]] virtual std::vector<std::byte> payload(jobs::BlockSpan blocks) = 0;

    /// Throws results::DamagedResult when the result is not what its worker encoded.
    [[nodiscard]] virtual results::CheckedResult check(const jobs::TaskResult& result) const = 0;
    /// Writes a result. It counts after commit() only. @param checked  by this phase
    virtual void store(const results::CheckedResult& checked, int rank, std::uint32_t attempt) = 0;
    virtual void record_failure(std::uint64_t row, std::uint32_t attempts, const std::string& message) = 0;
    /// Makes everything stored durable.
    virtual void commit() = 0;
};

}  // namespace factorize::app
