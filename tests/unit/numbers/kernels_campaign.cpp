// The kernels on more numbers than a daily test can afford. What they give is compared with what is not
// theirs: lists with those written by every x into its multiples, or expanded naively from the primes; primes
// are multiplied back and certified by FLINT. The environment variable FACTORIZE_SIMD chooses the level.
//
//     kernels_campaign [NUMBERS_OF_EACH_LENGTH [SEED]]        defaults: 1000000, 20261122

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>
#include <vector>

#include <flint/flint.h>
#include <flint/ulong_extras.h>
#include <fmt/format.h>

#include "numbers/divisors.hpp"
#include "numbers/factor.hpp"
#include "numbers/interval_sieve.hpp"
#include "numbers/lane_kernels.hpp"
#include "numbers/simd_level.hpp"
#include "support/naive.hpp"
#include "support/random_numbers.hpp"

namespace {

using namespace factorize;
using numbers::Factorization;
using numbers::Interval;

constexpr std::uint64_t exhaustive_end = 2'000'001;
constexpr std::size_t batch_size = 2048;
constexpr std::uint64_t interval_size = 20'000;
constexpr std::uint64_t numbers_per_interval = 10;  // so many random numbers buy one of an interval

[[noreturn]] void fail(std::uint64_t n, const char* what) {
    fmt::print("{} is wrong: {}\n", n, what);
    std::exit(1);
}

bool is_certified_prime(std::uint64_t p) {
    static const std::vector<bool> small = [] {
        std::vector<bool> table(1 << 16);
        for (std::uint64_t n = 0; n < table.size(); ++n) table[n] = naive::is_prime(n);
        return table;
    }();
    return p < small.size() ? small[p] : n_is_prime(p) != 0;
}

void expect_factorization(std::uint64_t n, const Factorization& primes) {
    std::uint64_t rest = n;
    std::uint64_t previous = 1;
    for (const auto& [p, exponent] : primes) {
        if (p <= previous || exponent == 0) fail(n, "the order of its primes");
        if (!is_certified_prime(p)) fail(n, "a prime that is none");
        for (std::uint32_t e = 0; e < exponent; ++e) {
            if (rest % p != 0) fail(n, "a prime that does not divide it");
            rest /= p;
        }
        previous = p;
    }
    if (rest != 1) fail(n, "the product of its primes");
}

/// All d with 1 < d < n, ascending. @pre expect_factorization()
const std::vector<std::uint64_t>& naive_list(std::uint64_t n, const Factorization& primes) {
    static std::vector<std::uint64_t> list;
    list.assign(1, 1);
    for (const auto& [p, exponent] : primes) {
        const std::size_t before = list.size();
        for (std::size_t i = 0; i < before * exponent; ++i) list.push_back(list[i] * p);
    }
    std::sort(list.begin(), list.end());
    if (n > 1) list.pop_back();
    list.erase(list.begin());
    return list;
}

/// Takes what belongs to n from the front of both lists.
void expect_lists(std::uint64_t n, const std::vector<std::uint64_t>& expected,
                  std::span<const std::uint64_t>& full, std::span<const std::uint32_t>& half) {
    const auto root = static_cast<std::size_t>(
        std::partition_point(expected.begin(), expected.end(), [n](std::uint64_t d) { return d <= n / d; }) -
        expected.begin());
    if (full.size() < expected.size() || !std::equal(expected.begin(), expected.end(), full.begin()))
        fail(n, "its list");
    if (half.size() < root ||
        !std::equal(half.begin(), half.begin() + static_cast<std::ptrdiff_t>(root), expected.begin()))
        fail(n, "its list up to the root");
    full = full.subspan(expected.size());
    half = half.subspan(root);
}

struct Lists {
    std::vector<std::uint32_t> counts;
    std::vector<std::uint32_t> half_counts;
    std::vector<std::uint64_t> full;
    std::vector<std::uint32_t> half;

    void clear() {
        counts.clear();
        half_counts.clear();
        full.clear();
        half.clear();
    }
};

/// Batch, single numbers and lists of the batch.
void check_batch(std::span<const std::uint64_t> batch, Lists& lists) {
    std::vector<Factorization> found(batch.size());
    numbers::factor(batch, found);
    lists.clear();
    for (std::size_t i = 0; i < batch.size(); ++i) {
        expect_factorization(batch[i], found[i]);
        if (!(numbers::factor(batch[i]) == found[i])) fail(batch[i], "alone");
        numbers::append_divisors(found[i], lists.full);
        numbers::append_divisors(found[i], lists.half);
    }
    std::span<const std::uint64_t> full(lists.full);
    std::span<const std::uint32_t> half(lists.half);
    for (std::size_t i = 0; i < batch.size(); ++i)
        expect_lists(batch[i], naive_list(batch[i], found[i]), full, half);
}

/// The interval sieve's primes and lists. @param list_of(n, primes)  what is to be expected
template <class ListOf>
void check_interval(numbers::IntervalSieve& sieve, Interval interval, Lists& lists, ListOf list_of) {
    std::vector<Factorization> found(interval.count);
    sieve.factor(interval, found);
    lists.clear();
    sieve.append_divisors(interval, lists.counts, lists.full);
    sieve.append_divisors(interval, lists.half_counts, lists.half);
    std::span<const std::uint64_t> full(lists.full);
    std::span<const std::uint32_t> half(lists.half);
    for (std::uint64_t i = 0; i < interval.count; ++i) {
        const std::uint64_t n = interval.first + i;
        expect_factorization(n, found[i]);
        const std::vector<std::uint64_t>& expected = list_of(n, found[i]);
        if (lists.counts[i] != expected.size()) fail(n, "the length of its list");
        if (lists.half_counts[i] != (expected.size() + 1) / 2)
            fail(n, "the length of its list up to the root");
        expect_lists(n, expected, full, half);
    }
    if (!full.empty() || !half.empty()) fail(interval.last(), "what follows its list");
}

void check_all_small_numbers(Lists& lists) {
    numbers::IntervalSieve sieve;
    std::vector<std::uint64_t> batch;
    for (std::uint64_t first = 1; first < exhaustive_end; first += interval_size) {
        const Interval interval{first, std::min(interval_size, exhaustive_end - first)};
        std::vector<std::vector<std::uint64_t>> expected(interval.count);
        for (std::uint64_t x = 2; x <= interval.last() / 2; ++x)
            for (std::uint64_t n = std::max(2 * x, (first + x - 1) / x * x); n <= interval.last(); n += x)
                expected[n - first].push_back(x);
        check_interval(sieve, interval, lists,
                       [&](std::uint64_t n, const Factorization&) -> const std::vector<std::uint64_t>& {
                           return expected[n - first];
                       });
        batch.clear();
        for (std::uint64_t i = 0; i < interval.count; ++i) batch.push_back(first + i);
        check_batch(batch, lists);
    }
}

void check_random_numbers(int bits, std::uint64_t count, RandomNumbers& random, Lists& lists) {
    std::vector<std::uint64_t> batch;
    for (std::uint64_t done = 0; done < count; done += batch.size()) {
        batch.clear();
        while (batch.size() < std::min<std::uint64_t>(batch_size, count - done))
            batch.push_back(random.of_bits(bits));
        check_batch(batch, lists);
    }
    numbers::IntervalSieve sieve;
    for (std::uint64_t done = 0; done < count / numbers_per_interval; done += interval_size) {
        const std::uint64_t first = random.of_bits(bits);
        check_interval(sieve, {first, std::min(interval_size - 1, ~std::uint64_t{0} - first) + 1}, lists,
                       naive_list);
    }
}

}  // namespace

int main(int argc, char** argv) {
    const std::uint64_t count = argc > 1 ? std::stoull(argv[1]) : 1'000'000;
    RandomNumbers random(argc > 2 ? std::stoull(argv[2]) : 20261122);
    fmt::print("level {}, lanes {}, seed {}\n", static_cast<int>(numbers::simd_level()),
               numbers::lane_kernels().name, random.seed());
    Lists lists;
    check_all_small_numbers(lists);
    fmt::print("right: all numbers below {}\n", exhaustive_end);
    for (int bits = 1; bits <= 64; ++bits) {
        check_random_numbers(bits, count, random, lists);
        fmt::print("right: {} random numbers of {} bits, and intervals\n", count, bits);
        std::fflush(stdout);
    }
}
