// The orchestrator's port as a notebook: every order is written down, has to be asserted, and one that nobody
// asserted fails the test when the notebook is closed. (HyperQueue's tako does the same.)
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <iterator>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "cluster/orders.hpp"

namespace factorize::test {

class RecordingOrders : public cluster::Orders {
public:
    struct Order {
        std::string what;  // "hand_out", "stop", "abandon", "record_failure"
        int rank = -1;
        cluster::FactorsOf task;
        bool finish_running = false;
        std::uint64_t row = 0;
        std::uint32_t attempts = 0;
        std::string text;
    };

    RecordingOrders() = default;
    RecordingOrders(const RecordingOrders&) = delete;
    RecordingOrders& operator=(const RecordingOrders&) = delete;
    ~RecordingOrders() override { expect_nothing(); }

    void hand_out(int rank, const cluster::FactorsOf& task) override {
        orders_.push_back({"hand_out", rank, task, false, 0, 0, ""});
    }
    void stop(int rank, const cluster::Stop& message) override {
        orders_.push_back({"stop", rank, {}, message.finish_running, 0, 0, ""});
    }
    void abandon(int rank) override { orders_.push_back({"abandon", rank, {}, false, 0, 0, ""}); }
    void record_failure(std::uint64_t row, std::uint32_t attempts, const std::string& message) override {
        orders_.push_back({"record_failure", -1, {}, false, row, attempts, message});
    }
    void log(const cluster::Event& event) override { events_.push_back(event); }

    /// The next task `rank` was given; fails, and gives an empty one, where there is none.
    cluster::FactorsOf task_for(int rank) { return take("hand_out", rank).task; }

    /// All tasks given to `rank` since.
    std::vector<cluster::FactorsOf> tasks_for(int rank) {
        std::vector<cluster::FactorsOf> tasks;
        while (has("hand_out", rank)) tasks.push_back(task_for(rank));
        return tasks;
    }

    void expect_stop(int rank, bool finish_running) {
        EXPECT_EQ(take("stop", rank).finish_running, finish_running) << "rank " << rank;
    }
    void expect_abandon(int rank) { take("abandon", rank); }
    void expect_row_failed(std::uint64_t row, std::uint32_t attempts, const std::string& text) {
        const Order order = take("record_failure", -1);
        EXPECT_EQ(order.row, row);
        EXPECT_EQ(order.attempts, attempts);
        EXPECT_EQ(order.text, text);
    }
    void expect_nothing() {
        for (const Order& order : orders_) {
            ADD_FAILURE() << "nobody asserted: " << order.what << " rank " << order.rank << " blocks "
                          << order.task.blocks.first << "+" << order.task.blocks.count << " row "
                          << order.row;
        }
        orders_.clear();
    }
    /// For tests whose subject is another.
    void ignore_all() { orders_.clear(); }

    std::vector<cluster::Event> events(cluster::Event::Kind kind) const {
        std::vector<cluster::Event> some;
        std::ranges::copy_if(events_, std::back_inserter(some),
                             [&](const cluster::Event& event) { return event.kind == kind; });
        return some;
    }

private:
    [[nodiscard]] std::deque<Order>::iterator find(const std::string& what, int rank) {
        return std::ranges::find_if(
            orders_, [&](const Order& order) { return order.what == what && order.rank == rank; });
    }
    bool has(const std::string& what, int rank) { return find(what, rank) != orders_.end(); }

    Order take(const std::string& what, int rank) {
        const auto found = find(what, rank);
        if (found == orders_.end()) {
            ADD_FAILURE() << "no " << what << " for rank " << rank;
            return {};
        }
        Order order = *found;
        orders_.erase(found);
        return order;
    }

    std::deque<Order> orders_;
    std::vector<cluster::Event> events_;
};

}  // namespace factorize::test
