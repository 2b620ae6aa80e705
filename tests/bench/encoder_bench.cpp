// What do chunks of divisors cost to encode, and what do they become? Ours against ISA-L's level 1, in turns;
// README.md beside this file has the answers.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <memory>
#include <random>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <isa-l/igzip_lib.h>

#include "numbers/divisors.hpp"
#include "numbers/factor.hpp"
#include "numbers/interval_sieve.hpp"
#include "results/byte_shuffle.hpp"
#include "results/chunk_compressor.hpp"

namespace {

using namespace factorize;

constexpr std::size_t chunk_elements = 16 * 1024;  // as in /factors
constexpr std::size_t chunks = 64;

/// Shuffle, then deflate level 1, as every chunk of a file was encoded before ChunkCompressor had its own
/// deflate.
class Isal {
public:
    std::size_t append_chunk(std::span<const std::byte> elements, std::size_t width,
                             std::vector<std::byte>& out) {
        shuffled_.resize(elements.size());
        results::shuffle_bytes(elements, width, shuffled_.data(), elements.size() / width);
        compressed_.resize(elements.size() + elements.size() / 64 + 1024);
        isal_deflate_stateless_init(stream_.get());
        stream_->level = 1;
        stream_->level_buf = level_buffer_.data();
        stream_->level_buf_size = static_cast<std::uint32_t>(level_buffer_.size());
        stream_->gzip_flag = IGZIP_ZLIB;
        stream_->flush = NO_FLUSH;
        stream_->end_of_stream = 1;
        stream_->next_in = reinterpret_cast<std::uint8_t*>(shuffled_.data());
        stream_->avail_in = static_cast<std::uint32_t>(elements.size());
        stream_->next_out = reinterpret_cast<std::uint8_t*>(compressed_.data());
        stream_->avail_out = static_cast<std::uint32_t>(compressed_.size());
        if (isal_deflate_stateless(stream_.get()) != COMP_OK || stream_->avail_in != 0)
            throw std::runtime_error("ISA-L could not compress a chunk");
        out.insert(out.end(), compressed_.begin(), compressed_.begin() + stream_->total_out);
        return stream_->total_out;
    }

private:
    std::unique_ptr<isal_zstream> stream_ = std::make_unique<isal_zstream>();
    std::vector<std::uint8_t> level_buffer_ = std::vector<std::uint8_t>(ISAL_DEF_LVL1_DEFAULT);
    std::vector<std::byte> shuffled_;
    std::vector<std::byte> compressed_;
};

/// The divisors of consecutive numbers from 10^exponent on, or for 0 of random numbers of 24 to 64 bits.
template <class Divisor>
std::vector<Divisor> divisors_from(std::int64_t exponent) {
    std::vector<Divisor> divisors;
    if (exponent == 0) {
        std::mt19937_64 random(1);
        std::vector<std::uint64_t> all;
        while (divisors.size() < chunks * chunk_elements) {
            const std::uint64_t n = (random() | 1U << 24U) >> random() % 40;
            all.clear();
            numbers::append_divisors(numbers::factor(n), all);
            for (const std::uint64_t d : all)
                if (sizeof(Divisor) == 8 || d <= n / d) divisors.push_back(static_cast<Divisor>(d));
        }
    } else {
        numbers::IntervalSieve sieve;
        std::vector<std::uint32_t> counts;
        std::uint64_t first = 1;
        for (; exponent > 0; --exponent) first *= 10;
        for (; divisors.size() < chunks * chunk_elements; first += 4096)
            sieve.append_divisors({first, 4096}, counts, divisors);
    }
    divisors.resize(chunks * chunk_elements);
    return divisors;
}

double cpu_us() {
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

/// The time is of both; `ours` and `isal` are their shares in us of CPU time a chunk, `speed` how many times
/// faster ours is, and `bytes` how many times as long.
template <class Divisor>
void encode(benchmark::State& state) {
    const std::vector<Divisor> divisors = divisors_from<Divisor>(state.range(0));
    const std::span<const std::byte> bytes = std::as_bytes(std::span(divisors));
    constexpr std::size_t chunk_bytes = chunk_elements * sizeof(Divisor);
    results::ChunkCompressor ours;
    Isal isal;
    std::vector<std::byte> ours_out;
    std::vector<std::byte> isal_out;
    std::vector<double> ours_us;
    std::vector<double> isal_us;
    std::vector<double> speeds;
    const auto timed = [&](auto&& encode_all) {
        const double begin = cpu_us();
        encode_all();
        return (cpu_us() - begin) / chunks;
    };
    for ([[maybe_unused]] auto _ : state) {
        isal_us.push_back(timed([&] {
            isal_out.clear();
            for (std::size_t i = 0; i < chunks; ++i)
                isal.append_chunk(bytes.subspan(i * chunk_bytes, chunk_bytes), sizeof(Divisor), isal_out);
        }));
        ours_us.push_back(timed([&] {
            ours_out.clear();
            for (std::size_t i = 0; i < chunks; ++i)
                ours.append_chunk(bytes.subspan(i * chunk_bytes, chunk_bytes), chunk_bytes, sizeof(Divisor),
                                  ours_out);
        }));
        speeds.push_back(isal_us.back() / ours_us.back());
    }
    const auto median = [](std::vector<double>& values) {
        const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
        std::nth_element(values.begin(), middle, values.end());
        return *middle;
    };
    state.counters["isal us"] = median(isal_us);
    state.counters["ours us"] = median(ours_us);
    state.counters["ours MB/s"] = static_cast<double>(chunk_bytes) / median(ours_us);
    state.counters["speed"] = median(speeds);
    state.counters["isal ratio"] = static_cast<double>(bytes.size()) / static_cast<double>(isal_out.size());
    state.counters["ours ratio"] = static_cast<double>(bytes.size()) / static_cast<double>(ours_out.size());
    state.counters["bytes"] = static_cast<double>(ours_out.size()) / static_cast<double>(isal_out.size());
}

constexpr std::int64_t list = 0;
BENCHMARK(encode<std::uint64_t>)->Arg(7)->Arg(9)->Arg(12)->Arg(15)->Arg(18)->Arg(list)->Iterations(41);
BENCHMARK(encode<std::uint32_t>)->Arg(7)->Arg(9)->Arg(12)->Arg(15)->Arg(18)->Arg(list)->Iterations(41);

}  // namespace

BENCHMARK_MAIN();
