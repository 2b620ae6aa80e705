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
/// bound that follows the interval's length, at most 2^22 (SegmentSieve), their cofactors by append_rough(),
/// and the lists merged (DivisorExpander).
///
/// Keeps primes and scratch between calls, so keep the object; an interval that begins where the last one
/// ended needs no division to start. One thread at a time. Memory beyond the output: at most 17 MB, whatever
/// the interval (7 MB for full lists to 10^12).
///
/// Cost, CPU time a number on a 4 GHz Zen 5 core under load, intervals of 10^6 (from 10^15 on: 10^5) numbers:
///
///     at              10^7   10^9  10^10  10^12  10^15  10^18   2^64
///     full lists, ns    20     33     49     97    820   6500  13000
///     half lists, ns    11     18     25     82    820   6500  13000
///
/// From 10^15 on nearly all of it is Pollard's rho on cofactors of two large primes.
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
