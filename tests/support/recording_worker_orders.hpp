// The worker's port as a notebook of one word an order; one that nobody asserted fails the test.
#pragma once

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "cluster/worker.hpp"

namespace factorize::test {

class RecordingWorkerOrders : public cluster::WorkerOrders {
public:
    RecordingWorkerOrders() = default;
    RecordingWorkerOrders(const RecordingWorkerOrders&) = delete;
    RecordingWorkerOrders& operator=(const RecordingWorkerOrders&) = delete;
    ~RecordingWorkerOrders() override { expect({}); }

    void register_worker(const cluster::RegisterWorker& message) override {
        orders_.push_back("register " + message.host + " " + std::to_string(message.capacity));
    }
    void compute(const cluster::FactorsOf& task) override {
        orders_.push_back("compute " + number(task.task));
    }
    void dispatch_results(cluster::DispatchResults message) override {
        orders_.push_back("results " + number(message.result.task));
    }
    void task_failed(const cluster::TaskFailed& message) override {
        orders_.push_back("failed " + number(message.task) + " " + message.text);
    }
    void pulse(const cluster::WorkerPulse& message) override {
        orders_.push_back("pulse " + std::to_string(message.progress));
    }
    void unregister(const cluster::UnregisterWorker& message) override {
        orders_.push_back("unregister");
        busy_seconds = message.busy_seconds;
    }

    /// Exactly these were ordered since the last call.
    void expect(const std::vector<std::string>& orders) {
        EXPECT_EQ(orders_, orders);
        orders_.clear();
    }

    double busy_seconds = -1;

private:
    static std::string number(jobs::TaskId task) { return std::to_string(static_cast<std::uint64_t>(task)); }

    std::vector<std::string> orders_;
};

}  // namespace factorize::test
