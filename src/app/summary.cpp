#include "app/summary.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "app/memory.hpp"
#include "app/text.hpp"

namespace factorize::app {
namespace {

constexpr std::size_t ranks_listed = 16;

std::string memory_text(const cluster::Orchestrator& state) {
    std::string text = fmt::format("rank 0 {}", bytes_text(static_cast<double>(peak_memory_bytes())));
    if (state.workers().size() > ranks_listed) {
        const auto largest = std::max_element(
            state.workers().begin(), state.workers().end(), [](const auto& a, const auto& b) {
                return a.second.peak_memory_bytes < b.second.peak_memory_bytes;
            });
        return text + fmt::format(", the largest worker (rank {}) {}", largest->first,
                                  bytes_text(static_cast<double>(largest->second.peak_memory_bytes)));
    }
    for (const auto& [rank, member] : state.workers())
        if (rank != 0 && member.peak_memory_bytes > 0)
            text +=
                fmt::format(", rank {} {}", rank, bytes_text(static_cast<double>(member.peak_memory_bytes)));
    return text;
}

}  // namespace

std::string speed_text(const results::Totals& totals, std::uint64_t at_start) {
    const std::uint64_t done = totals.numbers - at_start;
    std::string how_many = at_start == 0 ? fmt::format("{}", done)
                                         : fmt::format("{}, {} of them by this run", totals.numbers, done);
    if (done == 0) return how_many;
    const auto numbers = static_cast<double>(done);
    return fmt::format("{} in {:.2f} s: {}, {} each", how_many, totals.seconds,
                       rate_text(numbers / totals.seconds), duration_text(totals.seconds / numbers));
}

std::string failed_text(std::uint64_t failed) {
    if (failed > results::failure_capacity)
        return fmt::format("up to {} numbers ({} are listed)", failed, results::failure_capacity);
    return counted(failed, "number");
}

void print_summary(const std::filesystem::path& file, const results::Totals& totals, std::uint64_t at_start,
                   std::uint64_t failures, const cluster::Orchestrator& state) {
    const auto numbers = static_cast<double>(totals.numbers);
    const auto bytes = static_cast<double>(std::filesystem::file_size(file));
    std::uint64_t threads = 0;
    for (const auto& [rank, member] : state.workers()) threads += member.capacity;
    fmt::print("{}: {}\n", file.string(),
               failures == 0 ? "complete and certified"
                             : fmt::format("finished, but {} failed; see /failures", failed_text(failures)));
    fmt::print("  numbers      {}\n", speed_text(totals, at_start));
    fmt::print("  factors      {}\n", totals.factors);
    fmt::print("  file         {}, {:.1f} bytes a number\n", bytes_text(bytes), bytes / numbers);
    fmt::print("  workers      {} with {}, parallel efficiency {:.0f} %, {} reassigned\n",
               state.workers().size(), counted(threads, "compute thread"), 100 * totals.parallel_efficiency,
               counted(totals.tasks_reassigned, "task"));
    fmt::print("  peak memory  {}\n", memory_text(state));
}

}  // namespace factorize::app
