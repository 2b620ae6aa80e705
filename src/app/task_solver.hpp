// Solves the tasks of one job on one compute thread.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "cluster/job.hpp"
#include "cluster/messages.hpp"
#include "jobs/row_source.hpp"
#include "jobs/rows.hpp"
#include "jobs/task_result.hpp"
#include "results/task_encoder.hpp"

namespace factorize::app {

/// Keeps sieve and buffers between tasks: keep the object. One thread at a time.
class TaskSolver {
public:
    /// @param progress  bumped after every block, and read by the thread that pulses
    TaskSolver(const cluster::Job& job, std::atomic<std::uint64_t>& progress);

    /// Gives the memory of a result's payload that has left, for that of the next one.
    void reuse(std::vector<std::byte> payload) { encoder_.reuse(std::move(payload)); }

    /// Computes, certifies and encodes a task.
    ///
    /// @param payload  what travelled with the task: nothing (list_ranges), the numbers of its rows
    /// (factor_list), or
    ///                 their factorizations (lay_out_list; list_task.hpp)
    /// jobs::CertificateError when the lists contradict arithmetic, jobs::RowsFailed where it is known which
    /// do.
    [[nodiscard]] jobs::TaskResult solve(const cluster::FactorsOf& task, std::span<const std::byte> payload);

private:
    void find_failing_rows(const cluster::FactorsOf& task, jobs::RowSource& source, bool certify);
    [[nodiscard]] jobs::TaskResult list_divisors(const cluster::FactorsOf& task, jobs::RowSource& source);
    void list_rows(std::uint64_t count, jobs::RowSource& source, bool behind_task, jobs::Census& found);
    void list_row_behind(jobs::RowSource& source, jobs::Census& found);
    [[nodiscard]] jobs::TaskResult factor_numbers(const cluster::FactorsOf& task,
                                                  std::span<const std::byte> payload);

    cluster::Job job_;
    std::atomic<std::uint64_t>& progress_;
    std::unique_ptr<jobs::RowSource> ranges_;  // list_ranges
    results::TaskEncoder encoder_;
    jobs::Rows rows_;
};

}  // namespace factorize::app
