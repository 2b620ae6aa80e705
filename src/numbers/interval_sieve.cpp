#include "numbers/interval_sieve.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cmath>
#include <cstddef>

#include "numbers/divisor_expander.hpp"
#include "numbers/pair_sieve.hpp"
#include "numbers/rough.hpp"
#include "numbers/segment_parts.hpp"
#include "numbers/segment_sieve.hpp"
#include "numbers/small_primes.hpp"

namespace factorize::numbers {
namespace {

/// Lists are sized, then written, so many numbers at a time: the vector's zeros are still in the L1 cache
/// when they are overwritten.
constexpr std::size_t numbers_per_batch = DivisorExpander::most_recipes;

/// Makes room for the lists to come, once: a vector that grows step by step copies itself each time into
/// pages that the system must first clear, which took a third of the time of a first call.
template <class Divisor>
void reserve_lists(Interval interval, std::vector<std::uint32_t>& counts, std::vector<Divisor>& divisors) {
    const auto reserve = [](auto& values, std::size_t more) {
        const std::size_t needed = values.size() + more;
        if (needed > values.capacity()) values.reserve(std::max(needed, 2 * values.capacity()));
    };
    // tau(n) is ln n + 2 * 0.577... in the mean (Dirichlet); 1/8 more is enough for all but short intervals.
    const double mean_tau = std::log(static_cast<double>(interval.last())) + 1.1544;
    const double mean_size = std::max(mean_tau - 2, 1.0) * (sizeof(Divisor) == 4 ? 0.5 : 1.0);
    reserve(counts, interval.count);
    reserve(divisors, static_cast<std::size_t>(mean_size * static_cast<double>(interval.count) * (9.0 / 8)));
}

}  // namespace

struct IntervalSieve::State {
    PairSieve pairs;
    SegmentSieve sieve;
    SegmentParts parts;
    DivisorExpander expander;
    const DivisorTable& table = DivisorTable::get();
    std::array<DivisorRecipe, numbers_per_batch> recipes;
    RoughBatch cofactors;
    std::span<const RoughBatch::OwnedPrime> large_primes;  // of the segment's numbers not yet asked for

    const Segment& next_segment() {
        const Segment& segment = sieve.next();
        multiply_out(segment, parts);
        split_cofactors(segment);
        return segment;
    }

    /// All together, for that is far cheaper than one by one.
    void split_cofactors(const Segment& segment) {
        large_primes = {};
        if (is_certainly_prime(segment.first + (segment.size - 1))) return;
        for (std::size_t i = 0; i < segment.size; ++i) {
            if (is_certainly_prime(parts.rest[i])) continue;
            const std::uint64_t rest = segment.has_square[i] ? without_squares(segment, i) : parts.rest[i];
            if (!is_certainly_prime(rest)) cofactors.add(rest, static_cast<std::uint32_t>(i));
        }
        large_primes = cofactors.split(sieve.bound() + 1);
    }

    /// What no prime <= bound divides.
    std::uint64_t without_squares(const Segment& segment, std::size_t i) const {
        std::uint64_t rest = parts.rest[i];
        for (std::size_t k = 0; k < segment.prime_count[i]; ++k)
            while (rest % segment.prime(k, i) == 0) rest /= segment.prime(k, i);
        return rest;
    }

    /// Writes the factorization of the segment's i-th number. Ask for ascending i.
    void factor(const Segment& segment, std::size_t i, Factorization& result) {
        result.clear();
        std::uint64_t smooth = segment.smooth[i];
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
        std::uint64_t rest = parts.rest[i];
        const bool has_square = segment.has_square[i];
        for (std::size_t k = 0; k < segment.prime_count[i]; ++k) {
            const std::uint64_t p = segment.prime(k, i);
            std::uint32_t exponent = 1;
            for (; has_square && rest % p == 0; rest /= p) ++exponent;
            result.push_back(p, exponent);
        }
        if (rest == 1) return;
        if (is_certainly_prime(rest))
            result.push_back(rest, 1);
        else
            append_owned_primes(large_primes, static_cast<std::uint32_t>(i), result);
    }

    /// Every prime <= bound has been divided out of it.
    bool is_certainly_prime(std::uint64_t rest) const { return rest <= sieve.bound() * sieve.bound(); }

    /// The primes that split_cofactors() found of the i-th number. Ask for ascending i.
    std::span<const RoughBatch::OwnedPrime> large_primes_of(std::size_t i) {
        std::size_t begin = 0;
        while (begin < large_primes.size() && large_primes[begin].owner < i) ++begin;
        large_primes = large_primes.subspan(begin);
        std::size_t size = 0;
        while (size < large_primes.size() && large_primes[size].owner == i) ++size;
        return large_primes.first(size);
    }

    static bool has_repeated_prime(std::span<const RoughBatch::OwnedPrime> primes) {
        for (std::size_t k = 1; k < primes.size(); ++k)
            if (primes[k].prime == primes[k - 1].prime) return true;
        return false;
    }

    void prepare(const Segment& segment, std::size_t begin, std::size_t size) {
        for (std::size_t b = 0; b < size; ++b) {
            const std::size_t i = begin + b;
            DivisorRecipe& recipe = recipes[b];
            const std::uint64_t part = parts.table_part[i];
            const std::uint64_t rest = parts.rest[i];
            const std::span<const RoughBatch::OwnedPrime> large =
                is_certainly_prime(rest) ? std::span<const RoughBatch::OwnedPrime>() : large_primes_of(i);
            if (part >= DivisorTable::size || segment.has_square[i] || has_repeated_prime(large)) {
                Factorization n;
                factor(segment, i, n);
                recipe = DivisorRecipe(n);
                continue;
            }
            table.prefetch_count(part);
            recipe.smooth = part;
            recipe.divisor_count = 0;
            const std::size_t folded = parts.folded[i];
            std::size_t primes = segment.prime_count[i] - folded;
            // Nearly always at most two: they are written without a branch, and overwritten where there are
            // none.
            recipe.powers[0] = {segment.prime(primes > 0 ? folded : 0, i), 1};
            recipe.powers[1] = {segment.prime(primes > 1 ? folded + 1 : 0, i), 1};
            for (std::size_t k = 2; k < primes; ++k) recipe.powers[k] = {segment.prime(folded + k, i), 1};
            if (large.empty()) {
                recipe.powers[primes] = {rest, 1};
                primes += rest > 1;
            }
            for (const RoughBatch::OwnedPrime& owned : large) recipe.powers[primes++] = {owned.prime, 1};
            recipe.size = static_cast<std::uint32_t>(primes);
        }
        for (DivisorRecipe& recipe : std::span(recipes).first(size)) {
            if (recipe.divisor_count == 0) recipe.divisor_count = table.count(recipe.smooth) << recipe.size;
            table.prefetch(recipe.smooth);
        }
    }

    template <class Divisor>
    void append(Interval interval, std::vector<std::uint32_t>& counts, std::vector<Divisor>& divisors) {
        if (interval.count == 0) return;
        reserve_lists(interval, counts, divisors);
        if (PairSieve::suits<Divisor>(interval)) return pairs.append_divisors(interval, counts, divisors);
        sieve.begin(interval);
        for (std::uint64_t done = 0; done < interval.count;) {
            const Segment& segment = next_segment();
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
        for (const DivisorRecipe& recipe : std::span(recipes).first(size)) {
            const std::size_t count = list_size(recipe.divisor_count, divisors.data());
            counts.push_back(static_cast<std::uint32_t>(count));
            total += count;
        }
        const std::size_t before = divisors.size();
        divisors.resize(before + total);
        expander.expand(std::span(recipes).first(size), divisors.data() + before);
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
        const Segment& segment = state_->next_segment();
        for (std::size_t i = 0; i < segment.size; ++i) state_->factor(segment, i, out[done++]);
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
