// A worker's mind: what it does with the tasks it is sent and what it tells rank 0. As pure as the
// orchestrator: events come in with their time, orders go out through a port.
#pragma once

#include <cstdint>
#include <deque>

#include "cluster/limits.hpp"
#include "cluster/messages.hpp"

namespace factorize::cluster {

/// None of these may call back into the worker. Messages reach the orchestrator in the order given here: a
/// goodbye never overtakes a result whose payload is still waiting to be fetched.
class WorkerOrders {
public:
    virtual ~WorkerOrders() = default;

    virtual void register_worker(const RegisterWorker& message) = 0;
    /// A compute thread is free for it.
    virtual void compute(const FactorsOf& task) = 0;
    virtual void dispatch_results(DispatchResults message) = 0;
    virtual void task_failed(const TaskFailed& message) = 0;
    virtual void pulse(const WorkerPulse& message) = 0;
    /// `peak_memory_bytes` is 0: the implementer asks the system.
    virtual void unregister(const UnregisterWorker& message) = 0;

protected:
    WorkerOrders() = default;
    WorkerOrders(const WorkerOrders&) = default;
    WorkerOrders& operator=(const WorkerOrders&) = default;
};

class Worker {
public:
    Worker(const Limits& limits, RegisterWorker self, WorkerOrders& orders);

    void start(double now);
    void on_factors_of(const FactorsOf& task, double now);
    /// A compute thread has solved `message.result.task`, or gave it up after `seconds`, and is free again.
    void on_solved(DispatchResults message, double now);
    void on_failed(const TaskFailed& message, double seconds, double now);
    /// @param progress  the counter the compute threads bump, also inside one long factorization
    void on_tick(std::uint64_t progress, double now);
    void on_stop(const Stop& message, double now);
    /// Told to leave (SIGTERM on this rank alone): finishes the tasks that run and unregisters; the
    /// orchestrator gives those not begun to others.
    void leave(double now);

    /// It has unregistered: nothing more will be ordered.
    [[nodiscard]] bool finished() const { return finished_; }

private:
    void compute(const FactorsOf& task);
    void thread_is_free(double seconds);
    void unregister();

    Limits limits_;
    RegisterWorker self_;
    WorkerOrders& orders_;
    std::deque<FactorsOf> waiting_;
    std::uint32_t running_ = 0;
    std::uint64_t pulsed_progress_ = 0;
    double last_pulse_ = 0;
    double busy_seconds_ = 0;
    bool leaving_ = false;
    bool finished_ = false;
};

}  // namespace factorize::cluster
