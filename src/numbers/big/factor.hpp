// Prime factorization of integers of any size, by FLINT: trial division, ECM, self-initialising quadratic
// sieve.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <vector>

#include "numbers/big/integer.hpp"

namespace factorize::numbers::big {

struct PrimePower {
    Integer prime;
    std::uint64_t exponent = 0;
};

/// Distinct primes ascending.
using Factorization = std::vector<PrimePower>;

/// A number that could not be factored; the message says why.
class FactorError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// The prime factorization of n, primes proved by FLINT. Checked: the powers multiply to n, each prime passes
/// BPSW.
///
/// @pre n >= 1. Not for two threads at once: the process's working directory is changed meanwhile.
/// Errors: FactorError where the quadratic sieve finds no directory for its relations, or the check fails.
/// Cost: a product of two primes of equal size takes 0.05 s at 30 digits, 0.1 s at 40, 2 s at 60, and three
/// times as much every five digits from there (one core, FLINT 2.9).
[[nodiscard]] Factorization factor(const Integer& n);

/// tau(n), the number of divisors, 1 and n included; 2^64-1 where it is that or more.
[[nodiscard]] std::uint64_t divisor_count(const Factorization& n);

}  // namespace factorize::numbers::big
