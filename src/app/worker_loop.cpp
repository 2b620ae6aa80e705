#include "app/worker_loop.hpp"

#include <utility>
#include <variant>

#include <unistd.h>

#include "app/clock.hpp"
#include "app/memory.hpp"
#include "app/nap.hpp"
#include "app/signals.hpp"
#include "transport/environment.hpp"

namespace factorize::app {
namespace {

constexpr int orchestrator_rank = 0;

}  // namespace

WorkerLoop::WorkerLoop(transport::Mailbox mailbox, const cluster::Limits& limits, unsigned threads,
                       transport::GuardLine guard)
    : limits_(limits),
      mailbox_(std::move(mailbox)),
      guard_(guard),
      pool_(threads),
      worker_(limits, {.host = transport::Environment::host(), .pid = ::getpid(), .capacity = threads},
              *this) {
    worker_.start(steady_seconds());
}

bool WorkerLoop::step() {
    bool busy = false;
    while (std::optional<transport::Envelope> envelope = mailbox_.poll()) {
        receive(std::move(*envelope));
        busy = true;
    }
    while (std::optional<Outcome> outcome = pool_.poll()) {
        const double now = steady_seconds();
        if (auto* solved = std::get_if<cluster::DispatchResults>(&outcome->message))
            worker_.on_solved(std::move(*solved), now);
        else
            worker_.on_failed(std::get<cluster::TaskFailed>(outcome->message), outcome->seconds, now);
        busy = true;
    }
    worker_.on_tick(pool_.progress(), steady_seconds());
    // Unregistered, it pulses no more, but what it sent before may still wait for rank 0 to fetch it.
    if (worker_.finished() && steady_seconds() - last_tick_ >= limits_.pulse_interval_s()) tick_guard();
    return busy;
}

void WorkerLoop::leave() { worker_.leave(steady_seconds()); }

bool WorkerLoop::finished() { return worker_.finished() && (unwanted_ || mailbox_.all_sent()); }

void WorkerLoop::receive(transport::Envelope envelope) {
    const double now = steady_seconds();
    if (auto* job = std::get_if<cluster::Job>(&envelope.message)) {
        job_ = std::make_shared<const cluster::Job>(std::move(*job));
    } else if (const auto* task = std::get_if<cluster::FactorsOf>(&envelope.message)) {
        waiting_[task->task] = {job_, std::move(envelope.payload)};
        worker_.on_factors_of(*task, now);
    } else if (const auto* stop = std::get_if<cluster::Stop>(&envelope.message)) {
        unwanted_ = !stop->finish_running;
        worker_.on_stop(*stop, now);
    }
}

void WorkerLoop::register_worker(const cluster::RegisterWorker& message) {
    mailbox_.send(orchestrator_rank, message);
}

void WorkerLoop::compute(const cluster::FactorsOf& task) {
    Waiting waiting = std::move(waiting_.extract(task.task).mapped());
    pool_.submit(std::move(waiting.job), task, std::move(waiting.payload), mailbox_.spare());
}

void WorkerLoop::dispatch_results(cluster::DispatchResults message) {
    std::vector<std::byte> payload = std::move(message.result.payload);
    mailbox_.send(orchestrator_rank, std::move(message), std::move(payload));
}

void WorkerLoop::task_failed(const cluster::TaskFailed& message) {
    mailbox_.send(orchestrator_rank, message);
}

void WorkerLoop::pulse(const cluster::WorkerPulse& message) {
    mailbox_.send(orchestrator_rank, message);
    tick_guard();
}

// At the same moments as the pulses, so that guard and orchestrator judge by the same signs of life.
void WorkerLoop::tick_guard() {
    guard_.tick();
    last_tick_ = steady_seconds();
}

void WorkerLoop::unregister(const cluster::UnregisterWorker& message) {
    cluster::UnregisterWorker goodbye = message;
    goodbye.peak_memory_bytes = peak_memory_bytes();
    mailbox_.send(orchestrator_rank, goodbye);
}

void run_worker(transport::Mailbox mailbox, const cluster::Limits& limits, unsigned threads,
                transport::GuardLine guard) {
    // Never destroyed: that would wait for the compute threads, which may still be busy with a task that
    // nobody wants any more. The process ends without them.
    WorkerLoop* const loop = new WorkerLoop(std::move(mailbox), limits, threads, guard);
    Nap nap;
    while (!loop->finished()) {
        if (!take_stop_request().empty()) loop->leave();
        if (loop->step())
            nap.reset();
        else
            nap.sleep();
    }
    heed_signals_no_more();
}

}  // namespace factorize::app
