// What does each kernel cost? One benchmark a question; README.md beside this file has the answers.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <unistd.h>

#include "jobs/layout.hpp"
#include "jobs/line_writer.hpp"
#include "jobs/list_task.hpp"
#include "jobs/token_reader.hpp"
#include "numbers/divisors.hpp"
#include "numbers/factor.hpp"
#include "numbers/interval_sieve.hpp"
#include "numbers/primality.hpp"
#include "numbers/summatory.hpp"

namespace {

using namespace factorize;

constexpr std::size_t block = 16 * 1024;  // numbers a call, as `factors` and the blocks of `factorize run`

std::uint64_t power_of_ten(std::int64_t exponent) {
    std::uint64_t power = 1;
    for (; exponent > 0; --exponent) power *= 10;
    return power;
}

/// Blocks one behind the other from 10^k on, 20 the last ones below 2^64.
class Blocks {
public:
    explicit Blocks(std::int64_t k)
        : first_(k == 20 ? 0 - (std::uint64_t{1} << 24) : power_of_ten(k)), next_(first_) {}

    numbers::Interval next() {
        const numbers::Interval interval{next_, block};
        next_ += block;
        if (next_ < first_) next_ = first_;  // past 2^64
        return interval;
    }

private:
    std::uint64_t first_;
    std::uint64_t next_;
};

void per_number(benchmark::State& state, std::size_t numbers) {
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(numbers));
}

/// What does it take to list the divisors of consecutive numbers (uint32_t: those to the root)?
template <class Divisor>
void list_divisors(benchmark::State& state) {
    numbers::IntervalSieve sieve;
    Blocks blocks(state.range(0));
    std::vector<std::uint32_t> counts;
    std::vector<Divisor> divisors;
    for ([[maybe_unused]] auto _ : state) {
        counts.clear();
        divisors.clear();
        sieve.append_divisors(blocks.next(), counts, divisors);
        benchmark::DoNotOptimize(divisors.data());
    }
    per_number(state, block);
}
BENCHMARK(list_divisors<std::uint64_t>)->Arg(7)->Arg(9)->Arg(12)->Arg(15)->Arg(18)->Arg(20);
BENCHMARK(list_divisors<std::uint32_t>)->Arg(7)->Arg(9)->Arg(12)->Arg(15)->Arg(18)->Arg(20);

/// What does it take to factor consecutive numbers?
void factor_interval(benchmark::State& state) {
    numbers::IntervalSieve sieve;
    Blocks blocks(state.range(0));
    std::vector<numbers::Factorization> found(block);
    for ([[maybe_unused]] auto _ : state) {
        sieve.factor(blocks.next(), found);
        benchmark::DoNotOptimize(found.data());
    }
    per_number(state, block);
}
BENCHMARK(factor_interval)->Arg(7)->Arg(9)->Arg(12)->Arg(15)->Arg(18)->Arg(20);

void factor_list(benchmark::State& state, const std::vector<std::uint64_t>& list) {
    std::vector<numbers::Factorization> found(list.size());
    for ([[maybe_unused]] auto _ : state) {
        numbers::factor(list, found);
        benchmark::DoNotOptimize(found.data());
    }
    per_number(state, list.size());
}

/// What does it take to factor unrelated odd numbers of so many bits?
void factor_random_odd(benchmark::State& state) {
    std::mt19937_64 random(1);
    std::vector<std::uint64_t> list(2048);
    for (std::uint64_t& n : list) n = (random() | std::uint64_t{1} << 63) >> (64 - state.range(0)) | 1;
    factor_list(state, list);
}
BENCHMARK(factor_random_odd)->DenseRange(16, 64, 16);

/// And products of two primes of so many bits, the hardest?
void factor_semiprimes(benchmark::State& state) {
    std::mt19937_64 random(1);
    const auto prime = [&] {
        std::uint64_t p = 4;
        while (!numbers::is_prime(p)) p = (random() | std::uint64_t{1} << 63) >> (64 - state.range(0));
        return p;
    };
    std::vector<std::uint64_t> list(512);
    for (std::uint64_t& n : list) n = prime() * prime();
    factor_list(state, list);
}
BENCHMARK(factor_semiprimes)->DenseRange(16, 32, 4);

/// What does it take to factor and certify random numbers, as the first phase of a list does?
void factor_and_certify(benchmark::State& state) {
    std::mt19937_64 random(1);
    std::vector<std::uint64_t> list(block * 8);
    for (std::uint64_t& n : list) n = random();
    const jobs::Layout layout = jobs::make_layout(list.size(), 0, jobs::list_block_rows);
    for ([[maybe_unused]] auto _ : state) {
        const jobs::TaskResult found = jobs::factor_blocks(jobs::TaskId{1}, {0, layout.blocks()}, list, {},
                                                           layout, jobs::Store::full, [] {});
        benchmark::DoNotOptimize(found.payload.data());
    }
    per_number(state, list.size());
}
BENCHMARK(factor_and_certify);

/// What does it take to turn the richest factorization below 2^64 into its 103,678 divisors?
void expand_divisors(benchmark::State& state) {
    const numbers::Factorization richest = numbers::factor(18401055938125660800U);
    std::vector<std::uint64_t> divisors;
    for ([[maybe_unused]] auto _ : state) {
        divisors.clear();
        numbers::append_divisors(richest, divisors);
        benchmark::DoNotOptimize(divisors.data());
    }
    per_number(state, divisors.size());
}
BENCHMARK(expand_divisors);

/// What does a certificate's T(10^k) and S(10^k) take (20: 2^64 - 1)?
void divisor_sums(benchmark::State& state) {
    const std::uint64_t x = state.range(0) == 20 ? UINT64_MAX : power_of_ten(state.range(0));
    for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(numbers::divisor_sums(x));
}
BENCHMARK(divisor_sums)->DenseRange(6, 18, 3)->Arg(20)->Unit(benchmark::kMicrosecond);

/// What does `factors` add to its kernel: to read numbers ...
void read_numbers(benchmark::State& state) {
    std::string text;
    const std::uint64_t first = power_of_ten(state.range(0));
    for (std::size_t i = 0; i < block; ++i) text += std::to_string(first + i) + "\n";
    const int file = ::open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (::write(file, text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
        state.SkipWithError("cannot write to /tmp");
        return;
    }
    std::vector<std::uint64_t> numbers(1024);
    for ([[maybe_unused]] auto _ : state) {
        ::lseek(file, 0, SEEK_SET);
        jobs::TokenReader reader(file, "a file");
        while (reader.ready()) {
            if (reader.next_numbers(numbers) == 0 && !reader.next()) break;
            benchmark::DoNotOptimize(numbers.data());
        }
    }
    ::close(file);
    per_number(state, block);
}
BENCHMARK(read_numbers)->Arg(6)->Arg(9)->Arg(12)->Arg(18);

/// ... and to print their divisors, or their primes?
void print_divisors(benchmark::State& state) {
    const numbers::Interval interval = Blocks(state.range(0)).next();
    std::vector<std::uint32_t> counts;
    std::vector<std::uint64_t> divisors;
    numbers::IntervalSieve().append_divisors(interval, counts, divisors);
    const int null = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
    jobs::LineWriter out(null, "/dev/null");
    for ([[maybe_unused]] auto _ : state) {
        std::span<const std::uint64_t> rest(divisors);
        for (std::size_t i = 0; i < block; ++i) {
            out.factors_line(interval.first + i, rest.first(counts[i]));
            rest = rest.subspan(counts[i]);
        }
    }
    ::close(null);
    per_number(state, block);
    state.counters["divisors a number"] = static_cast<double>(divisors.size()) / block;
}
BENCHMARK(print_divisors)->Arg(7)->Arg(9)->Arg(12);

void print_primes(benchmark::State& state) {
    const numbers::Interval interval = Blocks(state.range(0)).next();
    std::vector<numbers::Factorization> found(block);
    numbers::IntervalSieve().factor(interval, found);
    const int null = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
    jobs::LineWriter out(null, "/dev/null");
    for ([[maybe_unused]] auto _ : state)
        for (std::size_t i = 0; i < block; ++i) out.primes_line(interval.first + i, found[i]);
    ::close(null);
    per_number(state, block);
}
BENCHMARK(print_primes)->Arg(7)->Arg(9)->Arg(12);

}  // namespace

BENCHMARK_MAIN();
