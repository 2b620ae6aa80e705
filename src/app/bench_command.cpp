#include "app/bench_command.hpp"

#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "app/stage_rates.hpp"
#include "app/text.hpp"
#include "jobs/line_writer.hpp"
#include "jobs/run_time.hpp"
#include "results/schema.hpp"

namespace factorize::app {
namespace {

constexpr const char* usual_range = "1000000000:1099999999";

/// What `seconds` a number are, per second: numbers, and megabytes of their factors.
struct Rate {
    double numbers = 0;
    double megabytes = 0;
};

Rate rate_of(double seconds, const StageRates& rates) {
    return {.numbers = 1 / seconds, .megabytes = 1e-6 * rates.factor_bytes / seconds};
}

unsigned ranks_of(const StageRates& rates) { return rates.between_ranks ? rates.workers + 1 : 1; }

/// How many workers, with a core each, rank 0 can follow.
double most_workers(const jobs::StageSeconds& each) { return each.on_worker() / each.on_rank_0(); }

std::string both_rates(double seconds, const StageRates& rates) {
    const Rate rate = rate_of(seconds, rates);
    return fmt::format("{:.0f} MB/s, {}", rate.megabytes, rate_text(rate.numbers));
}

std::string text_of(const RunOptions& run, const StageRates& rates) {
    const jobs::StageSeconds& each = rates.each;
    std::string text =
        fmt::format("range {}, store {}: {:.1f} bytes of factors a number\n", fmt::join(run.ranges, ", "),
                    results::to_text(run.store), rates.factor_bytes);
    const auto out = std::back_inserter(text);
    fmt::format_to(out, "  {:<10}{:>8}{:>12}\n", "stage", "MB/s", "numbers/s");
    const auto row = [&](jobs::Stage stage, double seconds, const std::string& where) {
        const Rate rate = rate_of(seconds, rates);
        fmt::format_to(out, "  {:<10}{:>8.0f}{:>12}  {}\n", jobs::to_text(stage), rate.megabytes,
                       short_text(rate.numbers), where);
    };
    row(jobs::Stage::generate, each.generate, "a worker");
    row(jobs::Stage::shuffle, each.shuffle, "a worker");
    row(jobs::Stage::deflate, each.deflate, "a worker");
    if (rates.between_ranks) {
        row(jobs::Stage::gather, each.send, "a worker, which sends");
        row(jobs::Stage::gather, each.receive, "rank 0, which receives");
    } else {
        row(jobs::Stage::gather, each.receive,
            "rank 0 from itself; between ranks: mpirun -np 3 factorize bench");
    }
    row(jobs::Stage::write, each.write, fmt::format("rank 0, to {}", run.output.string()));
    fmt::format_to(out, "  one core   generates and encodes {}\n", both_rates(each.encoded(), rates));
    fmt::format_to(out, "  rank 0     gathers and writes {}: as much as {:.1f} workers make\n",
                   both_rates(each.on_rank_0(), rates), most_workers(each));
    const jobs::Pace pace = jobs::pace(each, ranks_of(rates), rates.cores);
    fmt::format_to(out, "  expected   {} with {} on {}; bottleneck: {}\n", both_rates(pace.number_s, rates),
                   counted(rates.workers, "worker"), counted(rates.cores, "core"),
                   jobs::to_text(pace.bottleneck));
    return text;
}

std::string json_of(const RunOptions& run, const StageRates& rates) {
    const jobs::StageSeconds& each = rates.each;
    nlohmann::ordered_json json{{"ranges", run.ranges},
                                {"store", results::to_text(run.store)},
                                {"output", run.output.string()},
                                {"workers", rates.workers},
                                {"cores", rates.cores},
                                {"between_ranks", rates.between_ranks},
                                {"factor_bytes_a_number", rates.factor_bytes}};
    const auto put = [&](const std::string& what, double seconds) {
        const Rate rate = rate_of(seconds, rates);
        json[what + "_mb_per_s"] = rate.megabytes;
        json[what + "_numbers_per_s"] = rate.numbers;
    };
    put("generate", each.generate);
    put("shuffle", each.shuffle);
    put("deflate", each.deflate);
    if (rates.between_ranks) put("send", each.send);
    put("gather", each.receive);
    put("write", each.write);
    put("core", each.encoded());
    put("rank_0", each.on_rank_0());
    json["most_workers"] = most_workers(each);
    const jobs::Pace pace = jobs::pace(each, ranks_of(rates), rates.cores);
    put("expected", pace.number_s);
    json["bottleneck"] = jobs::to_text(pace.bottleneck);
    return json.dump() + "\n";
}

}  // namespace

void add_bench_options(CLI::App& command, BenchOptions& options) {
    add_job_options(command, options.run);
    command.get_option("--range")
        ->description("Numbers to be measured with, from FIRST to LAST; may be given again, ascending")
        ->default_str(usual_range);
    command.get_option("--output")
        ->description("Where the HDF5 file of a run would be: what is measured is written beside it");
    command.add_flag("--json", options.json, "One JSON object instead of a table");
}

jobs::ExitStatus bench(const BenchOptions& options, const transport::Environment& environment) {
    RunOptions run = options.run;
    if (run.ranges.empty()) run.ranges = {usual_range};
    const std::optional<StageRates> rates = measure_stages(run, environment);
    if (!rates) return jobs::ExitStatus::complete;
    jobs::LineWriter out(STDOUT_FILENO, "standard output");
    out.text(options.json ? json_of(run, *rates) : text_of(run, *rates));
    out.close();
    return jobs::ExitStatus::complete;
}

}  // namespace factorize::app
