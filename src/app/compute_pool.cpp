#include "app/compute_pool.hpp"

#include <chrono>
#include <exception>
#include <utility>

#include "app/task_solver.hpp"
#include "jobs/wrong_result.hpp"

namespace factorize::app {

ComputePool::ComputePool(unsigned threads) {
    for (unsigned i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
}

ComputePool::~ComputePool() {
    {
        const std::lock_guard lock(mutex_);
        closing_ = true;
    }
    changed_.notify_all();
    for (std::thread& thread : threads_) thread.join();
}

void ComputePool::submit(std::shared_ptr<const cluster::Job> job, cluster::FactorsOf task,
                         std::vector<std::byte> payload, std::vector<std::byte> room) {
    {
        const std::lock_guard lock(mutex_);
        orders_.push_back({std::move(job), std::move(task), std::move(payload), std::move(room)});
    }
    changed_.notify_one();
}

std::optional<Outcome> ComputePool::poll() {
    const std::lock_guard lock(mutex_);
    if (outcomes_.empty()) return std::nullopt;
    Outcome outcome = std::move(outcomes_.front());
    outcomes_.pop_front();
    return outcome;
}

void ComputePool::work() {
    std::shared_ptr<const cluster::Job> job;
    std::unique_ptr<TaskSolver> solver;
    for (;;) {
        Order order;
        {
            std::unique_lock lock(mutex_);
            changed_.wait(lock, [this] { return closing_ || !orders_.empty(); });
            if (closing_) return;
            order = std::move(orders_.front());
            orders_.pop_front();
        }
        Outcome outcome;
        const auto start = std::chrono::steady_clock::now();
        try {
            if (order.job != job) {
                solver = std::make_unique<TaskSolver>(*order.job, progress_);
                job = order.job;
            }
            solver->reuse(std::move(order.room));
            cluster::DispatchResults message{solver->solve(order.task, order.payload), order.task.attempt, 0};
            message.payload_bytes = message.result.payload.size();
            outcome.message = std::move(message);
        } catch (const jobs::RowsFailed& error) {
            outcome.message =
                cluster::TaskFailed{order.task.task, error.first_number(), error.rows(), error.what()};
        } catch (const std::exception& error) {
            outcome.message = cluster::TaskFailed{order.task.task, 0, {}, error.what()};
        }
        outcome.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        if (auto* solved = std::get_if<cluster::DispatchResults>(&outcome.message))
            solved->result.seconds = outcome.seconds;
        const std::lock_guard lock(mutex_);
        outcomes_.push_back(std::move(outcome));
    }
}

}  // namespace factorize::app
