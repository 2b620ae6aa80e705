#include "cluster/task_sizer.hpp"

#include <algorithm>

namespace factorize::cluster {

namespace {

// Weight of the newest result in the averages: follows a change of cost within about five tasks and does not
// jump with one outlier.
constexpr double newest = 0.3;
// A task grows at most so much beyond the largest one that was measured: the first tasks last microseconds,
// and what they say about seconds a block is mostly noise.
constexpr double max_growth = 4;

}  // namespace

TaskSizer::TaskSizer(const Limits& limits, std::uint64_t blocks, std::uint64_t min_blocks,
                     std::uint64_t max_blocks)
    : limits_(limits),
      blocks_(blocks),
      min_blocks_(std::max<std::uint64_t>(min_blocks, 1)),
      max_blocks_(max_blocks) {}

void TaskSizer::observe(int rank, std::uint64_t blocks, double seconds, std::uint64_t bytes) {
    if (blocks == 0) return;
    const auto count = static_cast<double>(blocks);
    const double block_s = std::max(seconds, 0.0) / count;
    const double block_bytes = static_cast<double>(bytes) / count;

    const auto [of_rank, first] = block_s_of_rank_.try_emplace(rank, block_s);
    if (!first) of_rank->second += newest * (block_s - of_rank->second);
    block_s_ = largest_seen_ == 0 ? block_s : block_s_ + newest * (block_s - block_s_);
    // Up at once, down slowly: this one protects memory.
    block_bytes_ = std::max(block_bytes, block_bytes_ + newest * (block_bytes - block_bytes_));
    largest_seen_ = std::max(largest_seen_, blocks);
}

std::uint64_t TaskSizer::size(int rank, std::uint64_t remaining, std::uint64_t capacity) const {
    const auto guided = static_cast<double>(std::max<std::uint64_t>(remaining / (2 * capacity), 1));
    const auto share = static_cast<double>(std::max<std::uint64_t>(blocks_ / capacity, 1));
    auto wanted = static_cast<double>(min_blocks_);
    double least = wanted;
    if (largest_seen_ > 0) {
        const auto of_rank = block_s_of_rank_.find(rank);
        // 1 ns a block stands for "too fast to be measured".
        const double block_s = std::max(of_rank != block_s_of_rank_.end() ? of_rank->second : block_s_, 1e-9);
        const double measured = max_growth * static_cast<double>(largest_seen_);
        wanted = std::max(wanted, std::min(limits_.target_task_s / block_s, measured));
        least = std::max(least, std::min(limits_.min_task_s / block_s, wanted));
    }
    double size = std::min(wanted, std::max(guided, std::min(least, share)));
    if (block_bytes_ > 0) size = std::min(size, static_cast<double>(limits_.max_task_bytes) / block_bytes_);
    if (max_blocks_ > 0) size = std::min(size, static_cast<double>(max_blocks_));
    size = std::clamp(size, 1.0, static_cast<double>(remaining));
    return static_cast<std::uint64_t>(size);
}

std::optional<double> TaskSizer::estimate_s(double blocks) const {
    if (largest_seen_ == 0) return std::nullopt;
    return blocks * block_s_;
}

}  // namespace factorize::cluster
