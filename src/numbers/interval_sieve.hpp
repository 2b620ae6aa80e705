// Consecutive integers factored together: far cheaper than one by one.
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
/// Lists of small numbers are made of divisor pairs (PairSieve). Others are factored with the primes to a
/// bound that follows the interval's length, about 2^22 at most (SegmentSieve), a segment's cofactors
/// together (RoughBatch), and their primes multiplied out into lists (DivisorExpander).
///
/// Keeps primes and scratch between calls, so keep the object; an interval that begins where the last one
/// ended needs no division to start. One thread at a time. Memory beyond the output: at most 12 MB, whatever
/// the interval.
///
/// Cost, CPU time a number on a 4 GHz Zen 5 core under load, 16 Ki numbers a call, one behind the other:
///
///     at                                10^7   10^9  10^12  10^15  10^18   2^64
///     full lists, AVX-512, ns             17     29     64    153    546    784
///     half lists, AVX-512, ns             11     19     51    143    532    755
///     full lists, other CPUs, ns          17     29    122    531   1840   2700
///     half lists, other CPUs, ns          13     24    125    537   1890   2630
///
/// From 10^15 on most of it goes to cofactors of two large primes.
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
