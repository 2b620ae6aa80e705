// The Slurm job that a run is part of: its name in the lock of the output, and provenance.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace factorize::results {

struct SlurmJob {
    std::string id;
    std::string cluster;         ///< empty where Slurm does not tell
    std::uint64_t restarts = 0;  ///< how often Slurm had queued the job again before this start

    /// "Slurm job 4711 of sandbox, restart 2"
    [[nodiscard]] std::string text() const;
    /// Whether `owner`, which ends in a text(), is an earlier start of this same job.
    [[nodiscard]] bool is_restart_of(std::string_view owner) const;
};

/// As the environment tells it (SLURM_JOB_ID, SLURM_CLUSTER_NAME, SLURM_RESTART_COUNT); none outside Slurm.
[[nodiscard]] std::optional<SlurmJob> slurm_job();

}  // namespace factorize::results
