// Prime factorization of 64-bit integers, alone or in batches.
#pragma once

#include <cstdint>
#include <span>

#include "numbers/factorization.hpp"

namespace factorize::numbers {

/// The prime factorization of n. Deterministic. @pre n >= 1
///
/// Cost, CPU time a number on a 4 GHz Zen 5 core under load, in us, alone / in a batch of 2000:
///
///                       random odd 64 bits   two primes of 32 bits   a prime of 64 bits
///     AVX-512 IFMA             5.4 / 1.4               22 / 8.3             1.1 / 0.5
///     elsewhere                6.0 / 4.7               34 / 30              1.1 / 1.1
[[nodiscard]] Factorization factor(std::uint64_t n);

/// factor() of each number, several times faster: SIMD lanes share the work (RoughBatch). @pre out.size() ==
/// numbers.size(), every number >= 1
void factor(std::span<const std::uint64_t> numbers, std::span<Factorization> out);

}  // namespace factorize::numbers
