#include "numbers/interval_sieve.hpp"

#include "numbers/divisor_expander.hpp"
#include "numbers/rho.hpp"
#include "numbers/segment_sieve.hpp"
#include "numbers/small_primes.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cstddef>

namespace factorize::numbers {
namespace {

/// Lists are sized, then written, so many numbers at a time: the vector's zeros are still in the L1 cache
/// when they are overwritten.
constexpr std::size_t numbers_per_batch = 128;

/// Where a number's list comes from: a smooth part and single primes (nearly always), or its full
/// factorization.
struct Recipe {
    std::uint64_t smooth;
    std::array<std::uint64_t, Segment::max_primes + 1> primes;
    std::uint32_t prime_count;
    std::uint32_t divisor_count;
    bool plain;
};

std::size_t list_size(std::uint32_t divisor_count, const std::uint64_t*) {
    return divisor_count < 2 ? 0 : divisor_count - 2;
}
/// tau(n) is odd for squares alone.
std::size_t list_size(std::uint32_t divisor_count, const std::uint32_t*) { return (divisor_count - 1) / 2; }

}  // namespace

struct IntervalSieve::State {
    SegmentSieve sieve;
    DivisorExpander expander;
    std::array<Recipe, numbers_per_batch> recipes;
    std::array<Factorization, numbers_per_batch> others;

    /// The factorization of the segment's i-th number.
    Factorization factorization(const Segment& segment, std::size_t i) const {
        Factorization result;
        std::uint64_t smooth = segment.smooth[i];
        std::uint64_t rest = (segment.first + i) / smooth;
        if (const int twos = std::countr_zero(smooth); twos > 0) {
            result.push_back(2, static_cast<std::uint32_t>(twos));
            smooth >>= twos;
        }
        for (const ExactDivisor& p : small_odd_primes) {
            if (smooth == 1) break;
            std::uint32_t exponent = 0;
            for (std::uint64_t quotient; (quotient = smooth * p.inverse) <= p.limit; smooth = quotient)
                ++exponent;
            if (exponent > 0) result.push_back(p.prime, exponent);
        }
        for (std::size_t k = 0; k < segment.prime_count[i]; ++k) {
            const std::uint64_t p = segment.prime(k, i);
            std::uint32_t exponent = 0;
            do {
                rest /= p;
                ++exponent;
            } while (segment.has_square[i] && rest % p == 0);
            result.push_back(p, exponent);
        }
        if (rest == 1) return result;
        if (is_certainly_prime(rest))
            result.push_back(rest, 1);
        else
            append_rough(rest, sieve.bound() + 1, result);
        return result;
    }

    /// Every prime <= bound has been divided out of it.
    bool is_certainly_prime(std::uint64_t rest) const { return rest <= sieve.bound() * sieve.bound(); }

    void prepare(const Segment& segment, std::size_t begin, std::size_t size) {
        const DivisorTable& table = DivisorTable::get();
        for (std::size_t b = 0; b < size; ++b) {
            const std::size_t i = begin + b;
            Recipe& recipe = recipes[b];
            std::uint64_t product = segment.smooth[i];
            std::uint32_t primes = segment.prime_count[i];
            for (std::uint32_t k = 0; k < primes; ++k) {
                recipe.primes[k] = segment.prime(k, i);
                product *= recipe.primes[k];
            }
            const std::uint64_t rest = (segment.first + i) / product;
            recipe.primes[primes] = rest;
            primes += rest > 1;
            recipe.smooth = segment.smooth[i];
            recipe.prime_count = primes;
            recipe.plain =
                recipe.smooth < DivisorTable::size && !segment.has_square[i] && is_certainly_prime(rest);
            if (recipe.plain) {
                recipe.divisor_count = static_cast<std::uint32_t>(
                    table[static_cast<std::size_t>(recipe.smooth)].size() << primes);
            } else {
                others[b] = factorization(segment, i);
                recipe.divisor_count = others[b].divisor_count();
            }
        }
    }

    template <class Divisor>
    void append(Interval interval, std::vector<std::uint32_t>& counts, std::vector<Divisor>& divisors) {
        if (interval.count == 0) return;
        sieve.begin(interval);
        for (std::uint64_t done = 0; done < interval.count;) {
            const Segment& segment = sieve.next();
            for (std::size_t begin = 0; begin < segment.size; begin += numbers_per_batch)
                append_batch(segment, begin, std::min(numbers_per_batch, segment.size - begin), counts,
                             divisors);
            done += segment.size;
        }
    }

    template <class Divisor>
    void append_batch(const Segment& segment, std::size_t begin, std::size_t size,
                      std::vector<std::uint32_t>& counts, std::vector<Divisor>& divisors) {
        prepare(segment, begin, size);
        std::size_t total = 0;
        for (std::size_t b = 0; b < size; ++b) {
            const std::size_t count = list_size(recipes[b].divisor_count, divisors.data());
            counts.push_back(static_cast<std::uint32_t>(count));
            total += count;
        }
        const std::size_t before = divisors.size();
        divisors.resize(before + total);
        Divisor* out = divisors.data() + before;
        for (std::size_t b = 0; b < size; ++b) {
            const Recipe& recipe = recipes[b];
            const std::size_t count = list_size(recipe.divisor_count, out);
            if (recipe.plain) {
                expander.proper(recipe.smooth, std::span(recipe.primes).first(recipe.prime_count), out);
            } else {
                const auto all = expander.all(others[b]);
                std::transform(all.begin() + 1, all.begin() + 1 + static_cast<std::ptrdiff_t>(count), out,
                               [](std::uint64_t d) { return static_cast<Divisor>(d); });
            }
            out += count;
        }
    }
};

IntervalSieve::IntervalSieve() : state_(std::make_unique<State>()) {}
IntervalSieve::~IntervalSieve() = default;
IntervalSieve::IntervalSieve(IntervalSieve&&) noexcept = default;
IntervalSieve& IntervalSieve::operator=(IntervalSieve&&) noexcept = default;

void IntervalSieve::factor(Interval interval, std::span<Factorization> out) {
    assert(out.size() == interval.count);
    if (interval.count == 0) return;
    state_->sieve.begin(interval);
    for (std::size_t done = 0; done < out.size();) {
        const Segment& segment = state_->sieve.next();
        for (std::size_t i = 0; i < segment.size; ++i) out[done++] = state_->factorization(segment, i);
    }
}

void IntervalSieve::append_divisors(Interval interval, std::vector<std::uint32_t>& counts,
                                    std::vector<std::uint64_t>& divisors) {
    state_->append(interval, counts, divisors);
}

void IntervalSieve::append_divisors(Interval interval, std::vector<std::uint32_t>& counts,
                                    std::vector<std::uint32_t>& divisors) {
    state_->append(interval, counts, divisors);
}

}  // namespace factorize::numbers
