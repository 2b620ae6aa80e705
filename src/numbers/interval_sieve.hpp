// Consecutive integers factored together: a segmented sieve that never needs a prime above its bound.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "numbers/factorization.hpp"
#include "numbers/interval.hpp"

namespace factorize::numbers {

/// Factors, and lists the divisors of, every number of an interval up to 2^64-1.
///
/// Sieves with the primes to a bound, finishes cofactors with factor(). Keeps its primes and scratch
/// between calls, so keep the object; one thread at a time.
class IntervalSieve {
public:
    IntervalSieve();
    ~IntervalSieve();
    IntervalSieve(IntervalSieve&&) noexcept;
    IntervalSieve& operator=(IntervalSieve&&) noexcept;

    /// The factorization of each number, ascending. @pre out.size() == interval.count
    void factor(Interval interval, std::span<Factorization> out);

    /// Appends every list of the interval, ascending by number, flat: counts grows by interval.count values,
    /// divisors by their sum. Each list is append_divisors()'s: all d with 1 < d < n ascending.
    void append_divisors(Interval interval, std::vector<std::uint32_t>& counts,
                         std::vector<std::uint64_t>& divisors);

    /// The same with only d <= sqrt(n) kept.
    void append_divisors(Interval interval, std::vector<std::uint32_t>& counts,
                         std::vector<std::uint32_t>& divisors);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace factorize::numbers
