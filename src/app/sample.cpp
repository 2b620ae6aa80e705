#include "app/sample.hpp"

#include <cstddef>
#include <future>
#include <span>
#include <utility>

#include "app/clock.hpp"
#include "jobs/row_source.hpp"
#include "jobs/rows.hpp"
#include "results/byte_shuffle.hpp"
#include "results/task_encoder.hpp"

namespace factorize::app {
namespace {

constexpr double sample_s = 0.5;           // long beside the noise of a scheduler
constexpr std::size_t fewest_samples = 3;  // for a median

/// One thread's work. A certificate is left out: in a run its cost is shared by many more rows.
class Work {
public:
    explicit Work(const Sample& sample)
        : sample_(sample),
          source_(sample.ranges, sample.census.table(), sample.layout, sample.store),
          encoder_(sample.layout, sample.store) {}

    /// Lists all rows, with an eye on the clock, and does with each block what `encode` says.
    /// @return seconds of listing, and of the rest
    template <class Encode>
    [[nodiscard]] std::pair<double, double> list(const Encode& encode) {
        const jobs::BlockSpan blocks{0, sample_.layout.blocks()};
        encoder_.begin(jobs::TaskId{0}, blocks, source_.begin(blocks, {}));
        std::pair<double, double> taken;
        double last = thread_cpu_seconds();
        const auto lap = [&last] {
            const double begin = std::exchange(last, thread_cpu_seconds());
            return last - begin;
        };
        for (std::uint64_t block = 0; block < blocks.count; ++block) {
            rows_.clear();
            source_.append(sample_.layout.rows_in(block), rows_);
            (void)jobs::census_of(rows_);
            taken.first += lap();
            if (sample_.store == jobs::Store::full)
                encode(rows_.full);
            else
                encode(rows_.half);
            taken.second += lap();
        }
        return taken;
    }

    [[nodiscard]] std::pair<double, double> list_and_encode(jobs::TaskResult& result) {
        encoder_.reuse(std::move(result.payload));
        std::pair<double, double> taken =
            list([this](const auto& divisors) { encoder_.add_rows(rows_.numbers, rows_.counts, divisors); });
        const double begin = thread_cpu_seconds();
        result = encoder_.finish();
        taken.second += thread_cpu_seconds() - begin;
        return taken;
    }

    [[nodiscard]] std::pair<double, double> list_and_shuffle() {
        return list([this](const auto& divisors) {
            const std::size_t chunk = sample_.layout.factor_chunk;
            for (std::size_t i = 0; i < divisors.size(); i += chunk)
                shuffle(std::span(divisors).subspan(i, std::min(chunk, divisors.size() - i)));
            shuffle(std::span(rows_.numbers));
            shuffle(std::span(rows_.counts));
            shuffle(std::span(rows_.numbers));  // for the offsets, which are as wide
        });
    }

private:
    template <class Value>
    void shuffle(std::span<const Value> values) {
        // The room of a plane as in the encoder: no two begin in the same set of the cache.
        const std::size_t stride = values.size() + 128;
        planes_.resize(std::max(planes_.size(), stride * sizeof(Value)));
        results::shuffle_bytes(std::as_bytes(values), sizeof(Value), planes_.data(), stride);
    }
    template <class Value>
    void shuffle(std::span<Value> values) {
        shuffle(std::span<const Value>(values));
    }

    const Sample& sample_;
    jobs::RangeRows source_;
    results::TaskEncoder encoder_;
    jobs::Rows rows_;
    std::vector<std::byte> planes_;
};

Worked work_through(const Sample& sample) {
    Work work(sample);
    Worked worked;
    std::vector<double> generate;
    std::vector<double> encode;
    std::vector<double> shuffle;
    (void)work.list_and_encode(worked.result);
    (void)work.list_and_shuffle();
    const double end = thread_cpu_seconds() + sample_s;
    while (encode.size() < fewest_samples || thread_cpu_seconds() < end) {
        const auto [listed, encoded] = work.list_and_encode(worked.result);
        const auto [listed_again, shuffled] = work.list_and_shuffle();
        generate.insert(generate.end(), {listed, listed_again});
        encode.push_back(encoded);
        shuffle.push_back(shuffled);
    }
    worked.taken.generate = median(std::move(generate));
    // Not all of it, however few the rows and much the noise.
    const double encoded = median(std::move(encode));
    worked.taken.shuffle = std::min(median(std::move(shuffle)), 0.9 * encoded);
    worked.taken.deflate = encoded - worked.taken.shuffle;
    return worked;
}

}  // namespace

Sample::Sample(const jobs::Range& range, jobs::Store store_, const jobs::Layout& whole)
    : ranges({range}), store(store_), census(ranges, store) {
    const auto factors = static_cast<std::uint64_t>(census.total().factors);
    layout = {.rows = ranges.rows(),
              .factors = factors,
              .block_rows = std::min({whole.block_rows, jobs::range_block_rows, ranges.rows()}),
              .factor_chunk = std::min({whole.factor_chunk, jobs::usual_factor_chunk, factors})};
}

Worked work_through(const Sample& sample, unsigned threads) {
    std::vector<std::future<Worked>> others;
    for (unsigned i = 1; i < threads; ++i)
        others.push_back(std::async(std::launch::async, [&sample] { return work_through(sample); }));
    Worked worked = work_through(sample);
    for (std::future<Worked>& other : others) {
        const WorkSeconds taken = other.get().taken;
        worked.taken.generate += taken.generate;
        worked.taken.shuffle += taken.shuffle;
        worked.taken.deflate += taken.deflate;
    }
    worked.taken.generate /= threads;
    worked.taken.shuffle /= threads;
    worked.taken.deflate /= threads;
    return worked;
}

}  // namespace factorize::app
