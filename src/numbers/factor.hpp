// Prime factorization of 64-bit integers, alone or in batches.
#pragma once

#include <cstdint>
#include <span>

#include "numbers/factorization.hpp"

namespace factorize::numbers {

/// The prime factorization of n. Deterministic. @pre n >= 1
[[nodiscard]] Factorization factor(std::uint64_t n);

/// factor() of each number. @pre out.size() == numbers.size(), every number >= 1
void factor(std::span<const std::uint64_t> numbers, std::span<Factorization> out);

}  // namespace factorize::numbers
