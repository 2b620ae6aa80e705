// Are these the divisors of n? Told from the list alone, without the code that makes lists.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace factorize::numbers {

/// Whether the list ascends and the i-th from its beginning times the i-th from its end is n, for every i:
/// then each is a divisor d of n with 1 < d < n, although some may be missing. Cost: one multiplication a
/// pair.
[[nodiscard]] bool are_divisors(std::uint64_t n, std::span<const std::uint64_t> list);

/// Whether the list ascends and each is a divisor d of n with 1 < d <= sqrt(n). Cost: one division each.
[[nodiscard]] bool are_small_divisors(std::uint64_t n, std::span<const std::uint64_t> list);

/// tau(n), the number of all divisors, if the list holds every prime d of n with d <= sqrt(n).
///
/// The least of the list that divides what is left of n is taken for the next prime, and what is left at the
/// end for the last one; certifies() says whether that is so. None if it is not: then the list lacks a
/// divisor.
/// @param list  ascending, each > 1. Cost: some divisions, and a Baillie-PSW test of each prime.
[[nodiscard]] std::optional<std::uint32_t> tau_from(std::uint64_t n, std::span<const std::uint64_t> list);

}  // namespace factorize::numbers
