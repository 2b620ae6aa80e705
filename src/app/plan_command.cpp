#include "app/plan_command.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <iterator>
#include <limits>
#include <optional>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "app/run.hpp"
#include "app/stage_rates.hpp"
#include "app/text.hpp"
#include "cluster/limits.hpp"
#include "jobs/census.hpp"
#include "jobs/file_descriptor.hpp"
#include "jobs/file_size.hpp"
#include "jobs/layout.hpp"
#include "jobs/line_writer.hpp"
#include "jobs/run_time.hpp"
#include "results/free_space.hpp"
#include "results/result_creator.hpp"
#include "results/schema.hpp"
#include "transport/mailbox.hpp"

namespace factorize::app {
namespace {

using numbers::Uint128;

struct Plan {
    std::string ranges;
    jobs::Store store = jobs::Store::full;
    std::uint64_t numbers = 0;
    Uint128 factors = 0;
    Uint128 raw_bytes = 0;
    double file_bytes = 0;
    std::uint64_t free_bytes = 0;
    unsigned ranks = 0;
    unsigned cores = 0;
    double memory_of_rank_0 = 0;
    double memory_of_a_worker = 0;
    std::optional<StageRates> rates;
};

/// The most that ranks hold: seen were four to nine tenths of it, in runs of 1,000 to 128,000,000 numbers
/// from 1 to 2^64 with 1 to 256 workers.
void estimate_memory(Plan& plan, const jobs::Layout& layout) {
    constexpr double idle_rank_0 = 34e6;  // MPI and HDF5; 29 MB were seen
    constexpr double idle_worker = 32e6;  // MPI, and the sieve; 21 MB were seen with small numbers
    // HDF5's index has nodes of 18 KB in memory for some 48 chunks each, and its cache an end.
    constexpr double index_bytes_a_chunk = 400;
    constexpr double most_index_bytes = 50e6;
    constexpr double bytes_a_block = 8;  // of the states of the blocks
    const auto numbers = static_cast<double>(plan.numbers);
    const auto block_rows = static_cast<double>(layout.block_rows);
    const auto blocks = static_cast<double>(layout.blocks());
    const double workers = std::max(plan.ranks, 2U) - 1;
    const double task = std::max(
        std::min(static_cast<double>(cluster::Limits{}.max_task_bytes), plan.file_bytes / (2 * workers)),
        plan.file_bytes / numbers * block_rows);  // a whole block at least
    const double index = std::min(
        index_bytes_a_chunk * (3 * blocks + static_cast<double>(layout.factor_chunks())), most_index_bytes);
    // Of each worker two results are on their way, as far as the mailbox lets them, one is being written, and
    // two payloads are kept: all with room to grow, which huge pages may fill.
    const double arriving =
        std::min(2 * workers * task, std::max<double>(transport::orchestrator_budget_bytes, task));
    const double payloads = 1.125 * (arriving + 3 * task);
    plan.memory_of_rank_0 = idle_rank_0 + index + bytes_a_block * blocks + payloads;

    // Vectors that grow have up to twice the room. One result is sent while the next grows, in a vector that
    // is copied then.
    const double lists = static_cast<double>(plan.raw_bytes) / numbers *
                         std::min(block_rows, static_cast<double>(jobs::range_block_rows));
    // Numbers, counts and offsets of a block, and what its longest chunk becomes: shuffled, then compressed.
    const double rows = (2 * (8 + 4 + 8) + 3 * 8) * block_rows;
    const double chunk = 5.0 * static_cast<double>(layout.factor_chunk * jobs::value_bytes(plan.store));
    plan.memory_of_a_worker = idle_worker + 4 * task + 2 * lists + rows + chunk;
    if (plan.ranks == 1) plan.memory_of_rank_0 += plan.memory_of_a_worker;  // it is both
}

unsigned ranks_of(const PlanOptions& options) {
    return options.ranks == 0 ? cores_here() + 1 : options.ranks;
}

Plan plan_of(const PlanOptions& options, const std::optional<StageRates>& rates) {
    const jobs::Ranges ranges = ranges_of(options.run);
    const std::filesystem::path output = results::link_target(options.run.output);
    // A plan writes nothing, but asks the directory how much is free.
    if (!std::filesystem::exists(jobs::directory_of(output))) results::check_output(output, true);
    const jobs::RangeCensus census(ranges, options.run.store);
    Plan plan;
    plan.ranges = ranges.text();
    plan.store = options.run.store;
    plan.numbers = ranges.rows();
    plan.factors = census.total().factors;
    constexpr unsigned row_bytes = 8 + 4 + 8;  // of numbers, counts and offsets
    plan.raw_bytes = Uint128{plan.numbers} * row_bytes + plan.factors * jobs::value_bytes(plan.store);
    plan.file_bytes = jobs::estimated_file_bytes(ranges, census, plan.store);
    plan.free_bytes = results::free_space(output);
    plan.rates = rates;
    plan.cores = rates ? rates->cores : cores_here();
    plan.ranks = options.ranks == 0 && rates && rates->between_ranks ? rates->workers + 1 : ranks_of(options);
    // A job with more factors than 64 bits can count will not be run, but has its plan.
    const Uint128 countable = std::min(plan.factors, Uint128{std::numeric_limits<std::int64_t>::max()});
    const jobs::Layout layout = jobs::make_layout(plan.numbers, static_cast<std::uint64_t>(countable));
    estimate_memory(plan, layout);
    return plan;
}

std::string text_of(const Plan& plan) {
    std::string text;
    const auto out = std::back_inserter(text);
    fmt::format_to(out, "range {}, store {}\n", plan.ranges, results::to_text(plan.store));
    fmt::format_to(out, "  numbers      {}\n", plan.numbers);
    fmt::format_to(out, "  factors      {}\n", plan.factors);
    fmt::format_to(out, "  raw          {} bytes\n", plan.raw_bytes);
    fmt::format_to(out, "  file         about {}; {} are free\n", bytes_text(plan.file_bytes),
                   bytes_text(static_cast<double>(plan.free_bytes)));
    fmt::format_to(out, "  peak memory  up to {} at rank 0, {} at each worker\n",
                   bytes_text(plan.memory_of_rank_0), bytes_text(plan.memory_of_a_worker));
    if (!plan.rates) {
        fmt::format_to(out, "  time         not known without --measure\n");
        return text;
    }
    const jobs::StageSeconds& each = plan.rates->each;
    const jobs::Pace pace = jobs::pace(each, plan.ranks, plan.cores);
    fmt::format_to(out, "  a worker     generates and encodes {}\n", rate_text(1 / each.encoded()));
    fmt::format_to(out, "  rank 0       gathers and writes {}\n", rate_text(1 / each.on_rank_0()));
    fmt::format_to(out, "  time         about {} with -np {} on {}; bottleneck: {}\n",
                   duration_text(jobs::run_seconds(static_cast<double>(plan.numbers), pace)), plan.ranks,
                   counted(plan.cores, "core"), jobs::to_text(pace.bottleneck));
    return text;
}

std::string json_of(const Plan& plan) {
    // Whole, but beyond 64 bits, where JSON has floating-point numbers only.
    const auto number = [](Uint128 value) -> nlohmann::ordered_json {
        const auto low = static_cast<std::uint64_t>(value);
        return low == value ? nlohmann::ordered_json(low)
                            : nlohmann::ordered_json(static_cast<double>(value));
    };
    const auto whole = [&number](double bytes) { return number(static_cast<Uint128>(std::ceil(bytes))); };
    nlohmann::ordered_json json{{"job", "range " + plan.ranges},
                                {"store", results::to_text(plan.store)},
                                {"numbers", plan.numbers},
                                {"factors", number(plan.factors)},
                                {"raw_bytes", number(plan.raw_bytes)},
                                {"file_bytes", whole(plan.file_bytes)},
                                {"free_bytes", plan.free_bytes},
                                {"ranks", plan.ranks},
                                {"cores", plan.cores},
                                {"memory_bytes_rank_0", whole(plan.memory_of_rank_0)},
                                {"memory_bytes_worker", whole(plan.memory_of_a_worker)}};
    if (plan.rates) {
        const jobs::StageSeconds& each = plan.rates->each;
        const jobs::Pace pace = jobs::pace(each, plan.ranks, plan.cores);
        json["worker_numbers_per_s"] = 1 / each.on_worker();
        json["rank_0_numbers_per_s"] = 1 / each.on_rank_0();
        json["seconds"] = jobs::run_seconds(static_cast<double>(plan.numbers), pace);
        json["bottleneck"] = jobs::to_text(pace.bottleneck);
    }
    return json.dump() + "\n";
}

}  // namespace

void add_plan_options(CLI::App& command, PlanOptions& options) {
    add_job_options(command, options.run);
    command
        .add_option("-n,--ranks", options.ranks, "Ranks of the run, as for mpirun -np (default: cores + 1)")
        ->type_name("N")
        ->check(CLI::Range(1u, 1'000'000u));
    command.add_flag("--measure", options.measure,
                     "Work for a few seconds on parts of the job, and tell how long all of it takes");
    command.add_flag("--json", options.json,
                     "One JSON object instead of text; numbers beyond 2^64 are floating-point");
    // Of `run`: known only to be told that a plan is of ranges.
    command.add_option("--input", options.run.input)->type_name("FILE")->group("");
}

void check_options(const PlanOptions& options) {
    if (options.run.ranges.empty() || !options.run.input.empty())
        throw jobs::InputError(
            "nothing to plan: give --range FIRST:LAST (what a list holds shows when it is factored)");
}

std::optional<StageRates> measure_for(const PlanOptions& options, const transport::Environment& environment) {
    const unsigned workers = environment.size() > 1 ? 1 : std::max(ranks_of(options), 2U) - 1;
    return measure_stages(options.run, environment, std::min(workers, cores_here()));
}

jobs::ExitStatus print_plan(const PlanOptions& options, const std::optional<StageRates>& rates) {
    const Plan plan = plan_of(options, rates);
    jobs::LineWriter out(STDOUT_FILENO, "standard output");
    out.text(options.json ? json_of(plan) : text_of(plan));
    out.close();
    return jobs::ExitStatus::complete;
}

}  // namespace factorize::app
