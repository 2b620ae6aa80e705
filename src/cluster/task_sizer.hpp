// How many blocks make a good task: long enough to be worth a message, short enough that all end together.
#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "cluster/limits.hpp"

namespace factorize::cluster {

class TaskSizer {
public:
    /// @param blocks      of the phase still to be done when it begins
    /// @param min_blocks  a shorter task mostly pays its own certificate; undercut only where a small job
    /// would
    ///                    not feed every worker
    /// @param max_blocks  a task is never longer; 0 for no bound
    TaskSizer(const Limits& limits, std::uint64_t blocks, std::uint64_t min_blocks, std::uint64_t max_blocks);

    /// Learns from an accepted result.
    void observe(int rank, std::uint64_t blocks, double seconds, std::uint64_t bytes);

    /// Blocks for the next task of `rank`, >= 1.
    /// @param remaining  blocks not handed out, >= 1
    /// @param capacity   compute threads of the whole cluster, those still awaited included, >= 1
    [[nodiscard]] std::uint64_t size(int rank, std::uint64_t remaining, std::uint64_t capacity) const;

    /// Seconds `blocks` blocks take on a typical worker; nothing before the first result.
    [[nodiscard]] std::optional<double> estimate_s(double blocks) const;

private:
    Limits limits_;
    std::uint64_t blocks_;
    std::uint64_t min_blocks_;
    std::uint64_t max_blocks_;
    std::uint64_t largest_seen_ = 0;
    double block_s_ = 0;
    double block_bytes_ = 0;
    std::map<int, double> block_s_of_rank_;
};

}  // namespace factorize::cluster
