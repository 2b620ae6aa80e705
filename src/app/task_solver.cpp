#include "app/task_solver.hpp"

#include <cstring>

#include "jobs/certificate.hpp"
#include "jobs/error.hpp"
#include "jobs/list_task.hpp"

namespace factorize::app {
namespace {

std::unique_ptr<jobs::RowSource> range_source(const cluster::Job& job) {
    if (job.kind != cluster::JobKind::list_ranges) return nullptr;
    return std::make_unique<jobs::RangeRows>(jobs::Ranges(job.ranges), job.layout, job.store);
}

}  // namespace

TaskSolver::TaskSolver(const cluster::Job& job, std::atomic<std::uint64_t>& progress)
    : job_(job), progress_(progress), ranges_(range_source(job)), encoder_(job.layout, job.store) {}

jobs::TaskResult TaskSolver::solve(const cluster::FactorsOf& task, std::span<const std::byte> payload) {
    switch (job_.kind) {
        case cluster::JobKind::list_ranges: return list_divisors(task, *ranges_);
        case cluster::JobKind::factor_list: return factor_numbers(task, payload);
        case cluster::JobKind::lay_out_list: break;
    }
    jobs::ListRows rows(payload, job_.store);
    return list_divisors(task, rows);
}

jobs::TaskResult TaskSolver::list_divisors(const cluster::FactorsOf& task, jobs::RowSource& source) {
    jobs::Census found;
    const auto compute = [&](auto append) {
        rows_.clear();
        append();
        const jobs::Census census = jobs::census_of(rows_);
        found.factors += census.factors;
        found.sum += census.sum;
        ++progress_;
    };
    encoder_.begin(task.task, task.blocks, source.begin(task.blocks));
    for (std::uint64_t i = 0; i < task.blocks.count; ++i) {
        compute([&] { source.append_block(rows_); });
        if (job_.store == jobs::Store::full)
            encoder_.add_rows(rows_.numbers, rows_.counts, rows_.full);
        else
            encoder_.add_rows(rows_.numbers, rows_.counts, rows_.half);
    }
    if (const std::uint64_t missing = encoder_.missing(); missing > 0) {
        compute([&] { source.append_following(missing, rows_); });
        if (job_.store == jobs::Store::full)
            encoder_.fill(rows_.full);
        else
            encoder_.fill(rows_.half);
    }
    if (const jobs::Census expected = source.expected(); found != expected)
        throw jobs::CertificateError(task.blocks, found, expected);
    return encoder_.finish();
}

jobs::TaskResult TaskSolver::factor_numbers(const cluster::FactorsOf& task, std::span<const std::byte> payload) {
    std::vector<std::uint64_t> numbers(payload.size() / sizeof(std::uint64_t));
    std::memcpy(numbers.data(), payload.data(), payload.size());
    return jobs::factor_blocks(task.task, task.blocks, numbers, job_.layout, job_.store);
}

}  // namespace factorize::app
