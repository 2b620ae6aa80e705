// How many divisors a job of ranges stores up to any row, and their sum: exact, before anything is factored.
#pragma once

#include <cstdint>
#include <vector>

#include "jobs/ranges.hpp"
#include "jobs/store.hpp"
#include "numbers/uint128.hpp"

namespace factorize::jobs {

/// What all rows before one row add up to.
struct Census {
    numbers::Uint128 factors = 0;  ///< stored divisors
    std::uint64_t sum = 0;  ///< of every divisor d with 1 < d < n, mod 2^64; the same for full and half

    friend Census operator+(const Census& a, const Census& b) {
        return {a.factors + b.factors, a.sum + b.sum};
    }
    friend Census operator-(const Census& a, const Census& b) {
        return {a.factors - b.factors, a.sum - b.sum};
    }
    friend bool operator==(const Census&, const Census&) = default;
};

/// Seconds one evaluation of the divisor summatory functions takes near x: as measured in summatory.hpp.
[[nodiscard]] double census_seconds(std::uint64_t x);

/// Where the ranges of a job stand: computed once, by rank 0, and sent to all.
struct CensusTable {
    std::vector<Census> before_range;  ///< all rows before each range; last, all rows
    std::vector<Census> below_range;   ///< 1 .. first - 1 of each range, as if it were a range
};

/// Evaluates the divisor summatory functions for the rows of some ranges.
///
/// In [a, b] there are T(b) - T(a-1) - 2(b-a+1) + [a = 1] divisors other than 1 and n, and S(b) - S(a-1) -
/// (b-a+1)
/// - (a + ... + b) + [a = 1] is their sum; `half` stores one of each pair d, n/d.
class RangeCensus {
public:
    /// Cost: two evaluations of divisor_sums a range.
    RangeCensus(const Ranges& ranges, Store store);

    /// @param table  of these ranges and this store. Cost: none
    RangeCensus(const Ranges& ranges, Store store, CensusTable table);

    /// What the rows 0 .. row-1 add up to. @pre row <= ranges.rows(). Cost: one evaluation of divisor_sums.
    [[nodiscard]] Census before(std::uint64_t row) const;

    [[nodiscard]] const Census& total() const { return table_.before_range.back(); }
    [[nodiscard]] const CensusTable& table() const { return table_; }

private:
    Ranges ranges_;
    Store store_;
    CensusTable table_;
};

}  // namespace factorize::jobs
