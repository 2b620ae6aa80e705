#include "app/task_solver.hpp"

#include <algorithm>
#include <cstring>
#include <exception>
#include <string>
#include <utility>

#include "app/range_source.hpp"
#include "jobs/error.hpp"
#include "jobs/list_task.hpp"
#include "jobs/wrong_result.hpp"

namespace factorize::app {
namespace {

// Bounds the lists held, however large a block is: 6 MB where rows have 44 divisors on average, as ranges
// have at most; 53 MB where all have 103,680, as those of a list may.
std::uint64_t rows_at_once(cluster::JobKind kind) {
    return kind == cluster::JobKind::list_ranges ? 16 * 1024 : 64;
}

}  // namespace

TaskSolver::TaskSolver(const cluster::Job& job, std::atomic<std::uint64_t>& progress)
    : job_(job),
      progress_(progress),
      ranges_(job.kind == cluster::JobKind::list_ranges ? range_source(job) : nullptr),
      encoder_(job.layout, job.store) {}

jobs::TaskResult TaskSolver::solve(const cluster::FactorsOf& task, std::span<const std::byte> payload) {
    if (job_.kind == cluster::JobKind::factor_list) return factor_numbers(task, payload);
    if (job_.kind == cluster::JobKind::list_ranges) {
        if (task.row_by_row) {
            // A row that throws is found without its certificate, which far up costs more than ten thousand
            // rows.
            find_failing_rows(task, *ranges_, /*certify=*/false);
            find_failing_rows(task, *ranges_, /*certify=*/true);
        }
        return list_divisors(task, *ranges_);
    }
    if (task.row_by_row) {
        jobs::ListRows rows(payload, job_.layout, job_.store);
        find_failing_rows(task, rows, /*certify=*/true);
    }
    jobs::ListRows rows(payload, job_.layout, job_.store);
    return list_divisors(task, rows);
}

// Solves each row of the task's blocks by itself. Slow, and asked for only after a task failed again and
// again.
void TaskSolver::find_failing_rows(const cluster::FactorsOf& task, jobs::RowSource& source, bool certify) {
    std::vector<std::uint64_t> failing;
    std::uint64_t first_number = 0;
    std::string first_text;
    (void)source.begin(task.blocks, task.failed_rows);
    const std::uint64_t first = job_.layout.first_row(task.blocks.first);
    for (std::uint64_t block = task.blocks.first, row = first; block < task.blocks.end(); ++block)
        for (std::uint64_t i = 0; i < job_.layout.rows_in(block); ++i, ++row, ++progress_) {
            if (source.run(1) == 0) {
                (void)source.skip();
                continue;
            }
            std::string text;
            rows_.clear();
            try {
                const jobs::Census before = certify ? source.expected() : jobs::Census{};
                source.append(1, rows_);
                if (certify && jobs::census_of(rows_) != source.expected() - before)
                    text = "wrong list of divisors";
            } catch (const jobs::StorageError&) {
                throw;  // the payload is damaged: no row's fault
            } catch (const std::exception& error) {
                text = error.what();
            }
            if (text.empty()) continue;
            if (failing.empty()) {
                first_number = rows_.numbers.empty() ? 0 : rows_.numbers.back();
                first_text = text;
            }
            failing.push_back(row);
        }
    if (!failing.empty()) throw jobs::RowsFailed(std::move(failing), first_number, first_text);
}

void TaskSolver::list_rows(std::uint64_t count, jobs::RowSource& source, bool behind_task,
                           jobs::Census& found) {
    while (count > 0) {
        const std::uint64_t run = source.run(std::min(count, rows_at_once(job_.kind)));
        if (run == 0) {
            const jobs::EmptyRow row = source.skip();
            if (behind_task)
                encoder_.fill_zeros(row.reserved);
            else
                encoder_.add_failed_row(row.number, row.reserved);
            --count;
            continue;
        }
        rows_.clear();
        source.append(run, rows_);
        found = found + jobs::census_of(rows_);
        const auto add = [&](const auto& divisors) {
            if (behind_task)
                encoder_.fill(divisors);
            else
                encoder_.add_rows(rows_.numbers, rows_.counts, divisors);
        };
        job_.store == jobs::Store::full ? add(std::span<const std::uint64_t>(rows_.full))
                                        : add(std::span<const std::uint32_t>(rows_.half));
        count -= run;
        ++progress_;
    }
}

// One row of a range behind the task's blocks, which may be what makes the task fail: named if it does.
void TaskSolver::list_row_behind(jobs::RowSource& source, jobs::Census& found) {
    const std::uint64_t row = source.next_row();
    const jobs::Census expected_before = source.expected();
    const jobs::Census found_before = found;
    std::string text;
    try {
        list_rows(1, source, true, found);
    } catch (const std::exception& error) {
        text = error.what();
    }
    if (text.empty() && found - found_before != source.expected() - expected_before)
        text = "wrong list of divisors";
    if (!text.empty()) throw jobs::RowsFailed({row}, jobs::Ranges(job_.ranges).number_at(row), text);
}

jobs::TaskResult TaskSolver::list_divisors(const cluster::FactorsOf& task, jobs::RowSource& source) {
    jobs::Census found;
    encoder_.begin(task.task, task.blocks, source.begin(task.blocks, task.failed_rows));
    ++progress_;  // far up, one evaluation of the summatory functions takes as long as many rows
    for (std::uint64_t block = task.blocks.first; block < task.blocks.end(); ++block)
        list_rows(job_.layout.rows_in(block), source, false, found);
    while (const std::uint64_t missing = encoder_.missing()) {
        const std::uint64_t rows = source.following(missing);
        if (rows == 0) break;  // too few divisors listed: the certificate says so
        if (task.row_by_row && &source == ranges_.get())
            for (std::uint64_t i = 0; i < rows; ++i) list_row_behind(source, found);
        else
            list_rows(rows, source, true, found);
    }
    const jobs::Census expected = source.expected();
    ++progress_;
    if (found != expected) throw jobs::CertificateError(task.blocks, found, expected);
    return encoder_.finish();
}

jobs::TaskResult TaskSolver::factor_numbers(const cluster::FactorsOf& task,
                                            std::span<const std::byte> payload) {
    std::vector<std::uint64_t> numbers(payload.size() / sizeof(std::uint64_t));
    std::memcpy(numbers.data(), payload.data(), payload.size());
    return jobs::factor_blocks(task.task, task.blocks, numbers, task.failed_rows, job_.layout, job_.store,
                               [this] { ++progress_; });
}

}  // namespace factorize::app
