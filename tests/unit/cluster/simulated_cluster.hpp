// A whole cluster in one thread: the real orchestrator and real workers over links that delay and, in order,
// deliver; workers of different speed that die, hang, leave, come late and err. The clock jumps from event to
// event. It checks on the way what must hold at any time; the end is for the test to judge.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <queue>
#include <random>
#include <set>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "cluster/orchestrator.hpp"
#include "cluster/worker.hpp"

namespace factorize::test {

constexpr double never = std::numeric_limits<double>::infinity();

struct WorkerPlan {
    double speed = 1;  ///< blocks a second and thread
    std::uint32_t capacity = 1;
    double registers_at = 0;
    double dies_at = never;    ///< falls silent, computes and says nothing more
    double hangs_at = never;   ///< the compute threads stand still, the main thread lives
    double leaves_at = never;  ///< told to by SIGTERM
    double flaky = 0;          ///< chance that a task fails for no reason
};

struct JobPlan {
    std::uint64_t blocks = 100;
    std::uint64_t block_rows = 10;
    std::uint64_t tail_rows = 0;         ///< rows behind its blocks that a task needs too
    std::set<std::uint64_t> bad_rows{};  ///< fail on every worker
    bool names_rows = true;              ///< a failure names its row even when not solved row by row
    double duplicates = 0;               ///< chance that a result is delivered twice
    double latency_s = 0.001;
    double stop_at = never;
};

class SimulatedCluster : public cluster::Orders {
public:
    SimulatedCluster(std::map<int, WorkerPlan> plans, JobPlan job, const cluster::Limits& limits,
                     std::uint64_t seed)
        : plans_(std::move(plans)), job_(std::move(job)), limits_(limits), random_(seed) {
        std::vector<int> expected;
        for (const auto& [rank, plan] : plans_) expected.push_back(rank);
        orchestrator_ = std::make_unique<cluster::Orchestrator>(limits, expected, *this, 0);
        accepted_.resize(job_.blocks);
        for (const auto& [rank, plan] : plans_) {
            workers_.emplace(rank, std::make_unique<SimulatedWorker>(*this, rank, plan));
        }
    }

    /// Until everybody is gone. @return false when that takes more than `limit_s` simulated seconds.
    bool run(double limit_s) {
        cluster::Phase phase;
        phase.blocks = job_.blocks;
        phase.block_rows = job_.block_rows;
        orchestrator_->begin_phase(
            phase, [](std::uint64_t) { return false; }, 0);
        at(job_.stop_at, [this] { orchestrator_->stop(now_); });
        tick();
        while (!events_.empty() && now_ < limit_s) {
            now_ = events_.top().time;
            const auto action = events_.top().action;
            events_.pop();
            action();
            if (finished()) return true;
        }
        return false;
    }

    [[nodiscard]] const cluster::Orchestrator& orchestrator() const { return *orchestrator_; }
    [[nodiscard]] double phase_done_at() const { return phase_done_at_; }
    [[nodiscard]] const std::map<std::uint64_t, int>& recorded() const { return recorded_; }
    /// Times each block was accepted.
    [[nodiscard]] const std::vector<int>& accepted() const { return accepted_; }
    [[nodiscard]] int accepted_of(int rank) const { return by_rank_.contains(rank) ? by_rank_.at(rank) : 0; }

    void hand_out(int rank, const cluster::FactorsOf& task) override {
        expect_reachable(rank);
        EXPECT_GT(task.blocks.count, 0);
        EXPECT_LE(task.blocks.end(), job_.blocks);
        EXPECT_LE(++in_hand_[rank], plans_.at(rank).capacity + 1) << "rank " << rank;
        deliver(rank, true, [this, rank, task] { workers_.at(rank)->on_factors_of(task); });
    }
    void stop(int rank, const cluster::Stop& message) override {
        expect_reachable(rank);
        deliver(rank, true, [this, rank, message] { workers_.at(rank)->on_stop(message); });
    }
    void abandon(int rank) override { ended_.insert(rank); }
    void record_failure(std::uint64_t row, std::uint32_t attempts, const std::string&) override {
        EXPECT_GE(attempts, limits_.max_attempts);
        ++recorded_[row];
    }
    void log(const cluster::Event& event) override {
        using Kind = cluster::Event::Kind;
        if (event.kind == Kind::register_worker) registered_.insert(event.rank);
        if (event.kind == Kind::unregister_worker) ended_.insert(event.rank);
        if (event.kind == Kind::worker_lost || event.kind == Kind::unregister_worker)
            resolved_.insert(event.rank);
    }
    [[nodiscard]] const std::set<int>& resolved() const { return resolved_; }

private:
    struct Pending {
        double time = 0;
        std::uint64_t order = 0;
        std::function<void()> action;
        bool operator<(const Pending& other) const {
            return std::pair(other.time, other.order) < std::pair(time, order);
        }
    };

    class SimulatedWorker : public cluster::WorkerOrders {
    public:
        SimulatedWorker(SimulatedCluster& world, int rank, const WorkerPlan& plan)
            : world_(world),
              rank_(rank),
              plan_(plan),
              worker_(world.limits_, cluster::RegisterWorker{"node", rank, plan.capacity}, *this) {
            world_.at(plan_.registers_at, [this] {
                if (!alive()) return;
                worker_.start(world_.now_);
                tick();
            });
            world_.at(plan_.leaves_at, [this] {
                if (alive() && world_.now_ >= plan_.registers_at) worker_.leave(world_.now_);
            });
        }

        void on_factors_of(const cluster::FactorsOf& task) {
            if (alive()) worker_.on_factors_of(task, world_.now_);
        }
        void on_stop(const cluster::Stop& message) {
            if (alive()) worker_.on_stop(message, world_.now_);
        }

        void register_worker(const cluster::RegisterWorker& message) override {
            send([message](auto& to, int rank, double now) { to.on_register(rank, message, now); });
        }
        void compute(const cluster::FactorsOf& task) override {
            const double seconds = static_cast<double>(task.blocks.count) / plan_.speed;
            if (world_.now_ + seconds > plan_.hangs_at) return;
            world_.at(world_.now_ + seconds, [this, task, seconds] { finish(task, seconds); });
        }
        void dispatch_results(cluster::DispatchResults message) override {
            const int copies = world_.chance(world_.job_.duplicates) ? 2 : 1;
            for (int copy = 0; copy < copies; ++copy) {
                world_.deliver(rank_, false, [this, message] { world_.receive(rank_, message); });
            }
        }
        void task_failed(const cluster::TaskFailed& message) override {
            send([message, this](auto& to, int rank, double now) {
                --world_.in_hand_[rank];
                to.on_task_failed(rank, message, now);
            });
        }
        void pulse(const cluster::WorkerPulse& message) override {
            send([message](auto& to, int rank, double now) { to.on_pulse(rank, message, now); });
        }
        void unregister(const cluster::UnregisterWorker& message) override {
            send([message](auto& to, int rank, double now) { to.on_unregister(rank, message, now); });
        }

    private:
        [[nodiscard]] bool alive() const { return world_.now_ < plan_.dies_at; }

        void send(auto message) {
            world_.deliver(rank_, false,
                           [this, message] { message(*world_.orchestrator_, rank_, world_.now_); });
        }
        void tick() {
            if (!alive() || worker_.finished()) return;
            const double working = std::min(world_.now_, plan_.hangs_at);
            worker_.on_tick(static_cast<std::uint64_t>(working * 1e6), world_.now_);
            world_.at(world_.now_ + world_.limits_.pulse_interval_s() / 4, [this] { tick(); });
        }
        void finish(const cluster::FactorsOf& task, double seconds) {
            if (!alive()) return;
            const std::uint64_t rows = world_.job_.block_rows;
            std::vector<std::uint64_t> wrong;
            for (const std::uint64_t row : world_.job_.bad_rows) {
                const bool needed =
                    row >= task.blocks.first * rows && row < task.blocks.end() * rows + world_.job_.tail_rows;
                if (needed && std::ranges::find(task.failed_rows, row) == task.failed_rows.end())
                    wrong.push_back(row);
            }
            if (wrong.empty() && !world_.chance(plan_.flaky)) {
                cluster::DispatchResults message;
                message.result.task = task.task;
                message.result.seconds = seconds;
                for (std::uint64_t block = task.blocks.first; block < task.blocks.end(); ++block) {
                    message.result.blocks.push_back({block, rows, 0, 0, 0, 0});
                }
                message.payload_bytes = task.blocks.count * 1000;
                worker_.on_solved(std::move(message), world_.now_);
                return;
            }
            if (!task.row_by_row && !world_.job_.names_rows) wrong.clear();
            if (!task.row_by_row && wrong.size() > 1) wrong = {wrong.front()};
            worker_.on_failed({task.task, 0, wrong, "wrong sum"}, seconds, world_.now_);
        }

        SimulatedCluster& world_;
        int rank_;
        WorkerPlan plan_;
        cluster::Worker worker_;
    };

    void at(double time, std::function<void()> action) {
        if (time < never) events_.push({time, next_order_++, std::move(action)});
    }
    void deliver(int rank, bool to_worker, std::function<void()> action) {
        double& last = link_[{rank, to_worker}];
        last = std::max(last, now_ + job_.latency_s * std::uniform_real_distribution(0.5, 1.5)(random_));
        at(last, std::move(action));
    }
    bool chance(double probability) {
        return std::uniform_real_distribution(0.0, 1.0)(random_) < probability;
    }

    void receive(int rank, const cluster::DispatchResults& message) {
        if (returned_.insert(message.result.task).second) --in_hand_[rank];
        if (!orchestrator_->on_results(rank, message, now_)) return;
        EXPECT_FALSE(ended_.contains(rank)) << "accepted from rank " << rank << " after its end";
        for (const auto& block : message.result.blocks) {
            ++accepted_[block.block];
            ++by_rank_[rank];
        }
    }
    void expect_reachable(int rank) {
        EXPECT_TRUE(registered_.contains(rank)) << "order to rank " << rank << " before it registered";
        EXPECT_FALSE(ended_.contains(rank)) << "order to rank " << rank << " after its end";
    }
    void tick() {
        orchestrator_->on_tick(now_);
        if (orchestrator_->phase_done() && phase_done_at_ == never) {
            phase_done_at_ = now_;
            orchestrator_->stop(now_);
        }
        at(now_ + 0.002, [this] { tick(); });
    }
    [[nodiscard]] bool finished() const {
        return orchestrator_->everyone_gone() || orchestrator_->hopeless().has_value();
    }

    std::map<int, WorkerPlan> plans_;
    JobPlan job_;
    cluster::Limits limits_;
    std::mt19937_64 random_;
    double now_ = 0;
    std::uint64_t next_order_ = 0;
    std::priority_queue<Pending> events_;
    std::map<std::pair<int, bool>, double> link_;
    std::unique_ptr<cluster::Orchestrator> orchestrator_;
    std::map<int, std::unique_ptr<SimulatedWorker>> workers_;
    double phase_done_at_ = never;

    std::vector<int> accepted_;
    std::map<int, int> by_rank_;
    std::map<std::uint64_t, int> recorded_;
    std::map<int, std::uint32_t> in_hand_;
    std::set<jobs::TaskId> returned_;
    std::set<int> registered_;
    std::set<int> ended_;
    std::set<int> resolved_;
};

}  // namespace factorize::test
