#include "app/stage_rates.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <system_error>

#include <fmt/format.h>
#include <unistd.h>

#include "app/clock.hpp"
#include "jobs/census.hpp"
#include "jobs/row_source.hpp"
#include "jobs/rows.hpp"
#include "results/result_creator.hpp"
#include "results/result_writer.hpp"
#include "results/task_encoder.hpp"

namespace factorize::app {
namespace {

constexpr double sample_s = 0.5;  // at each place: long beside the noise of a scheduler
constexpr std::uint64_t most_sample_rows = 1'000'000;

/// A file that is gone in the end.
struct Passing {
    std::filesystem::path path;
    ~Passing() {
        std::error_code ignored;
        std::filesystem::remove(path, ignored);
    }
};

/// A job of its own, cut as the one it is taken from.
struct Sample {
    Sample(const jobs::Range& range, jobs::Store store_, const jobs::Layout& whole)
        : ranges({range}), store(store_), census(ranges, store) {
        const auto factors = static_cast<std::uint64_t>(census.total().factors);
        layout = {.rows = ranges.rows(),
                  .factors = factors,
                  .block_rows = std::min(whole.block_rows, ranges.rows()),
                  .factor_chunk = std::min(whole.factor_chunk, factors)};
    }

    jobs::Ranges ranges;
    jobs::Store store;
    jobs::RangeCensus census;
    jobs::Layout layout;
};

/// Seconds of each stage for all rows of a sample, not for one. Its certificate is left out: in a run its
/// cost is shared by many more rows.
jobs::StageSeconds time_sample(const Sample& sample, const std::filesystem::path& output) {
    jobs::StageSeconds taken;
    jobs::RangeRows source(sample.ranges, sample.census.table(), sample.layout, sample.store);
    results::TaskEncoder encoder(sample.layout, sample.store);
    const jobs::BlockSpan blocks{0, sample.layout.blocks()};
    jobs::Rows rows;
    // A worker has the primes of its sieve from its first block on.
    (void)source.begin(blocks, {});
    source.append(sample.layout.rows_in(0), rows);
    encoder.begin(jobs::TaskId{0}, blocks, source.begin(blocks, {}));
    double last = steady_seconds();
    const auto lap = [&last](double& stage) {
        const double now = steady_seconds();
        stage += now - last;
        last = now;
    };
    for (std::uint64_t block = 0; block < blocks.count; ++block) {
        rows.clear();
        source.append(sample.layout.rows_in(block), rows);
        (void)jobs::census_of(rows);
        lap(taken.generate);
        if (sample.store == jobs::Store::full)
            encoder.add_rows(rows.numbers, rows.counts, rows.full);
        else
            encoder.add_rows(rows.numbers, rows.counts, rows.half);
        lap(taken.encode);
    }
    const jobs::TaskResult result = encoder.finish();
    lap(taken.encode);

    const Passing file{fmt::format("{}.measure.{}", output.string(), ::getpid())};
    const results::JobDescription job{
        .job = "range " + sample.ranges.text(), .store = sample.store, .layout = sample.layout};
    results::create_result_file(file.path, job, {}, true);
    results::ResultWriter writer(file.path, job, {});
    last = steady_seconds();
    (void)writer.write(result, 0, 1);
    writer.commit();
    lap(taken.write);
    return taken;
}

}  // namespace

jobs::StageSeconds measure_stages(const jobs::Ranges& ranges, jobs::Store store, const jobs::Layout& layout,
                                  const std::filesystem::path& output) {
    jobs::StageSeconds sum;
    std::uint64_t rows = 0;
    for (const std::uint64_t here : {std::uint64_t{0}, (ranges.rows() - 1) / 2, ranges.rows() - 1}) {
        const jobs::Range& range = ranges.all()[ranges.range_of_row(here)];
        const auto sample_of = [&](std::uint64_t count) {
            count = std::min(count, range.last - range.first + 1);
            const std::uint64_t first = std::min(ranges.number_at(here), range.last - (count - 1));
            return Sample({first, first + (count - 1)}, store, layout);
        };
        // One block tells how many fill the time.
        const Sample one = sample_of(layout.block_rows);
        const jobs::StageSeconds block = time_sample(one, output);
        const double number_s = (block.generate + block.encode) / static_cast<double>(one.layout.rows);
        const auto wanted = static_cast<std::uint64_t>(sample_s / number_s);
        const Sample sample = sample_of(std::clamp(wanted, layout.block_rows, most_sample_rows));
        const jobs::StageSeconds taken = time_sample(sample, output);
        sum.generate += taken.generate;
        sum.encode += taken.encode;
        sum.write += taken.write;
        rows += sample.layout.rows;
    }
    const auto all = static_cast<double>(rows);
    return {.generate = sum.generate / all, .encode = sum.encode / all, .write = sum.write / all};
}

}  // namespace factorize::app
