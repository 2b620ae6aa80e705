#include "jobs/run_time.hpp"

#include <algorithm>
#include <utility>

namespace factorize::jobs {
namespace {

constexpr double beginning_and_end_s =
    0.1;  // MPI, the empty file, the last commit; measured with 1,000 numbers

using Cost = std::pair<double, Stage>;

}  // namespace

std::string_view to_text(Stage stage) {
    switch (stage) {
        case Stage::generate:
            return "generate";
        case Stage::shuffle:
            return "shuffle";
        case Stage::deflate:
            return "deflate";
        case Stage::gather:
            return "gather";
        case Stage::write:
            break;
    }
    return "write";
}

Pace pace(const StageSeconds& each, unsigned ranks, unsigned cores) {
    const unsigned there = std::max(cores, 1U);
    const unsigned workers = std::min(std::max(ranks, 2U) - 1, there);
    const Cost on_worker = std::max({Cost(each.generate, Stage::generate), Cost(each.shuffle, Stage::shuffle),
                                     Cost(each.deflate, Stage::deflate), Cost(each.send, Stage::gather)});
    const Cost on_rank_0 = std::max(Cost(each.receive, Stage::gather), Cost(each.write, Stage::write));
    const Cost slowest = std::max(
        {Cost(each.on_worker() / workers, on_worker.second), Cost(each.on_rank_0(), on_rank_0.second),
         Cost((each.on_worker() + each.on_rank_0()) / there, std::max(on_worker, on_rank_0).second)});
    return {.number_s = slowest.first, .bottleneck = slowest.second};
}

double run_seconds(double rows, const Pace& pace) { return beginning_and_end_s + rows * pace.number_s; }

}  // namespace factorize::jobs
