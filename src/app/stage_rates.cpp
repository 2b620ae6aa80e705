#include "app/stage_rates.hpp"

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <future>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <unistd.h>

#include "app/clock.hpp"
#include "app/temporary_file.hpp"
#include "cluster/limits.hpp"
#include "jobs/census.hpp"
#include "jobs/row_source.hpp"
#include "jobs/rows.hpp"
#include "results/result_creator.hpp"
#include "results/result_writer.hpp"
#include "results/task_encoder.hpp"

namespace factorize::app {
namespace {

constexpr double sample_s = 0.5;  // at each place: long beside the noise of a scheduler

/// As long as it lives, what would end the process has to wait, except KILL.
class SignalsHeldBack {
public:
    SignalsHeldBack() {
        sigset_t ending;
        sigemptyset(&ending);
        for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGQUIT}) sigaddset(&ending, signal);
        ::pthread_sigmask(SIG_BLOCK, &ending, &before_);
    }
    ~SignalsHeldBack() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
    SignalsHeldBack(const SignalsHeldBack&) = delete;
    SignalsHeldBack& operator=(const SignalsHeldBack&) = delete;

private:
    sigset_t before_{};
};

/// A job of its own, cut as the one it is taken from, but into usual blocks and chunks at most: a
/// block of 2^64 numbers would fill any memory.
struct Sample {
    Sample(const jobs::Range& range, jobs::Store store_, const jobs::Layout& whole)
        : ranges({range}), store(store_), census(ranges, store) {
        const auto factors = static_cast<std::uint64_t>(census.total().factors);
        layout = {.rows = ranges.rows(),
                  .factors = factors,
                  .block_rows = std::min({whole.block_rows, jobs::range_block_rows, ranges.rows()}),
                  .factor_chunk = std::min({whole.factor_chunk, jobs::usual_factor_chunk, factors})};
    }

    jobs::Ranges ranges;
    jobs::Store store;
    jobs::RangeCensus census;
    jobs::Layout layout;
};

/// Seconds of each stage for all rows of a sample, not for one.
struct Trial {
    jobs::StageSeconds taken;
    jobs::TaskResult result;
};

/// One task. Its certificate is left out: in a run its cost is shared by many more rows.
Trial list_and_encode(const Sample& sample, jobs::RowSource& source, results::TaskEncoder& encoder,
                      jobs::Rows& rows) {
    Trial trial;
    const jobs::BlockSpan blocks{0, sample.layout.blocks()};
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
        lap(trial.taken.generate);
        if (sample.store == jobs::Store::full)
            encoder.add_rows(rows.numbers, rows.counts, rows.full);
        else
            encoder.add_rows(rows.numbers, rows.counts, rows.half);
        lap(trial.taken.encode);
    }
    trial.result = encoder.finish();
    lap(trial.taken.encode);
    return trial;
}

/// What a worker does, again and again, in the mean.
Trial list_and_encode(const Sample& sample) {
    jobs::RangeRows source(sample.ranges, sample.census.table(), sample.layout, sample.store);
    results::TaskEncoder encoder(sample.layout, sample.store);
    jobs::Rows rows;
    // The first time finds the primes of the sieve, and its memory.
    Trial trial = list_and_encode(sample, source, encoder, rows);
    jobs::StageSeconds sum;
    double times = 0;
    for (; times == 0 || sum.generate + sum.encode < sample_s; ++times) {
        trial = list_and_encode(sample, source, encoder, rows);
        sum.generate += trial.taken.generate;
        sum.encode += trial.taken.encode;
    }
    trial.taken = {.generate = sum.generate / times, .encode = sum.encode / times, .write = 0};
    return trial;
}

/// The same at the same time on several threads: they share caches, memory and whatever else runs here. The
/// mean of their times, and the result of one.
Trial list_and_encode(const Sample& sample, unsigned threads) {
    std::vector<std::future<Trial>> others;
    for (unsigned i = 1; i < threads; ++i)
        others.push_back(std::async(std::launch::async, [&sample] { return list_and_encode(sample); }));
    Trial trial = list_and_encode(sample);
    for (std::future<Trial>& other : others) {
        const jobs::StageSeconds taken = other.get().taken;
        trial.taken.generate += taken.generate;
        trial.taken.encode += taken.encode;
    }
    trial.taken.generate /= threads;
    trial.taken.encode /= threads;
    return trial;
}

/// What rank 0 does.
double write_seconds(const Sample& sample, const jobs::TaskResult& result,
                     const std::filesystem::path& output) {
    const SignalsHeldBack until_it_is_removed;
    const TemporaryFile file(fmt::format("{}.measure.{}", output.string(), ::getpid()));
    const results::JobDescription job{
        .job = "range " + sample.ranges.text(), .store = sample.store, .layout = sample.layout};
    results::create_result_file(file.path(), job, {}, true);
    results::ResultWriter writer(file.path(), job, {});
    const double start = steady_seconds();
    (void)writer.write(result, 0, 1);
    writer.commit();
    return steady_seconds() - start;
}

}  // namespace

jobs::StageSeconds measure_stages(const jobs::Ranges& ranges, jobs::Store store, const jobs::Layout& layout,
                                  double row_bytes, const std::filesystem::path& output, unsigned threads) {
    const auto task_rows =
        static_cast<std::uint64_t>(static_cast<double>(cluster::Limits{}.max_task_bytes) / row_bytes);
    jobs::StageSeconds sum;
    std::uint64_t rows = 0;
    for (const std::uint64_t here : {std::uint64_t{0}, (ranges.rows() - 1) / 2, ranges.rows() - 1}) {
        const jobs::Range& range = ranges.all()[ranges.range_of_row(here)];
        const std::uint64_t count = std::min(task_rows, range.last - range.first + 1);
        const std::uint64_t first = std::min(ranges.number_at(here), range.last - (count - 1));
        const Sample sample({first, first + (count - 1)}, store, layout);
        const Trial trial = list_and_encode(sample, threads);
        sum.generate += trial.taken.generate;
        sum.encode += trial.taken.encode;
        sum.write += write_seconds(sample, trial.result, output);
        rows += sample.layout.rows;
    }
    const auto all = static_cast<double>(rows);
    return {.generate = sum.generate / all, .encode = sum.encode / all, .write = sum.write / all};
}

}  // namespace factorize::app
