#include "numbers/interval_sieve.hpp"

#include "numbers/divisors.hpp"
#include "numbers/factor.hpp"
#include "numbers/isqrt.hpp"
#include "numbers/sieving_primes.hpp"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstddef>

namespace factorize::numbers {
namespace {

constexpr std::uint64_t numbers_per_segment = 1 << 14;
constexpr std::uint64_t largest_bound = 1 << 20;

}  // namespace

struct IntervalSieve::State {
    SievingPrimes primes;
    std::vector<Factorization> found;
    std::vector<std::uint64_t> cofactor;

    void factor_segment(Interval segment, std::span<Factorization> out) {
        const auto count = static_cast<std::size_t>(segment.count);
        cofactor.resize(count);
        for (std::size_t i = 0; i < count; ++i) {
            out[i] = {};
            const std::uint64_t n = segment.first + i;
            const int twos = std::countr_zero(n);
            if (twos > 0) out[i].push_back(2, static_cast<std::uint32_t>(twos));
            cofactor[i] = n >> twos;
        }
        const std::uint64_t bound = std::min(
            {isqrt(segment.last()), largest_bound, std::max<std::uint64_t>(256, 64 * segment.count)});
        for (const std::uint64_t p : primes.up_to(bound)) {
            const std::uint64_t past = segment.first % p;
            for (std::uint64_t i = past == 0 ? 0 : p - past; i < count; i += p) {
                std::uint32_t exponent = 0;
                for (; cofactor[i] % p == 0; ++exponent) cofactor[i] /= p;
                out[i].push_back(p, exponent);
            }
        }
        for (std::size_t i = 0; i < count; ++i)
            if (cofactor[i] > 1)
                for (const PrimePower& power : numbers::factor(cofactor[i]))
                    out[i].push_back(power.prime, power.exponent);
    }

    template <class Visit>
    void for_each_segment(Interval interval, Visit visit) {
        for (std::uint64_t done = 0; done < interval.count;) {
            const std::uint64_t count = std::min(numbers_per_segment, interval.count - done);
            visit(Interval{interval.first + done, count});
            done += count;
        }
    }

    template <class Divisor>
    void append(Interval interval, std::vector<std::uint32_t>& counts, std::vector<Divisor>& divisors) {
        for_each_segment(interval, [&](Interval segment) {
            found.resize(static_cast<std::size_t>(segment.count));
            factor_segment(segment, found);
            for (const Factorization& n : found) {
                const std::size_t before = divisors.size();
                numbers::append_divisors(n, divisors);
                counts.push_back(static_cast<std::uint32_t>(divisors.size() - before));
            }
        });
    }
};

IntervalSieve::IntervalSieve() : state_(std::make_unique<State>()) {}
IntervalSieve::~IntervalSieve() = default;
IntervalSieve::IntervalSieve(IntervalSieve&&) noexcept = default;
IntervalSieve& IntervalSieve::operator=(IntervalSieve&&) noexcept = default;

void IntervalSieve::factor(Interval interval, std::span<Factorization> out) {
    assert(out.size() == interval.count);
    state_->for_each_segment(interval, [&](Interval segment) {
        state_->factor_segment(segment, out.subspan(static_cast<std::size_t>(segment.first - interval.first),
                                                    static_cast<std::size_t>(segment.count)));
    });
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
