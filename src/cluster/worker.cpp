#include "cluster/worker.hpp"

#include <algorithm>
#include <utility>

namespace factorize::cluster {

Worker::Worker(const Limits& limits, RegisterWorker self, WorkerOrders& orders)
    : limits_(limits), self_(std::move(self)), orders_(orders) {
    self_.capacity = std::max(self_.capacity, 1U);
}

void Worker::start(double now) {
    last_pulse_ = now;
    orders_.register_worker(self_);
}

void Worker::on_factors_of(const FactorsOf& task, double /*now*/) {
    if (leaving_) return;  // the orchestrator takes back what it believes we hold when we unregister
    if (running_ < self_.capacity) {
        compute(task);
    } else {
        waiting_.push_back(task);
    }
}

void Worker::on_solved(DispatchResults message, double /*now*/) {
    if (finished_) return;
    const double seconds = message.result.seconds;
    orders_.dispatch_results(std::move(message));
    thread_is_free(seconds);
}

void Worker::on_failed(const TaskFailed& message, double seconds, double /*now*/) {
    if (finished_) return;
    orders_.task_failed(message);
    thread_is_free(seconds);
}

void Worker::on_tick(std::uint64_t progress, double now) {
    if (finished_ || now - last_pulse_ < limits_.pulse_interval_s()) return;
    // Compute threads that hang must not look alive. One of several that hangs does: the orchestrator repeats
    // its task elsewhere once it is overdue.
    if (running_ > 0 && progress == pulsed_progress_) return;
    pulsed_progress_ = progress;
    last_pulse_ = now;
    orders_.pulse({progress});
}

void Worker::on_stop(const Stop& message, double now) {
    leave(now);
    if (!message.finish_running) unregister();
}

void Worker::leave(double /*now*/) {
    leaving_ = true;
    waiting_.clear();
    if (running_ == 0) unregister();
}

void Worker::compute(const FactorsOf& task) {
    ++running_;
    orders_.compute(task);
}

void Worker::thread_is_free(double seconds) {
    busy_seconds_ += seconds;
    --running_;
    if (!waiting_.empty()) {
        const FactorsOf next = std::move(waiting_.front());
        waiting_.pop_front();
        compute(next);
    }
    if (leaving_ && running_ == 0) unregister();
}

void Worker::unregister() {
    if (finished_) return;
    finished_ = true;
    orders_.unregister({0, busy_seconds_});
}

}  // namespace factorize::cluster
