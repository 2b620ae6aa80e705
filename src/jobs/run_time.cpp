#include "jobs/run_time.hpp"

#include <algorithm>

namespace factorize::jobs {
namespace {

constexpr double beginning_and_end_s =
    0.1;  // MPI, the empty file, the last commit; measured with 1,000 numbers

}  // namespace

std::string_view to_text(Stage stage) {
    switch (stage) {
        case Stage::generate:
            return "generate";
        case Stage::encode:
            return "encode";
        case Stage::write:
            break;
    }
    return "write";
}

Forecast forecast(double rows, const StageSeconds& each, unsigned ranks, unsigned cores) {
    const unsigned workers = std::max(ranks, 2U) - 1;
    const double on_workers = (each.generate + each.encode) / std::clamp(workers, 1U, std::max(cores, 1U));
    const double number_s = std::max(on_workers, each.write);
    const Stage of_workers = each.generate > each.encode ? Stage::generate : Stage::encode;
    return {.seconds = beginning_and_end_s + rows * number_s,
            .bottleneck = number_s > each.write ? of_workers : Stage::write};
}

}  // namespace factorize::jobs
