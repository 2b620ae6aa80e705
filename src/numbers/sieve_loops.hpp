// The loops of SegmentSieve over its many large primes, once for each kind of CPU.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "numbers/simd_level.hpp"

namespace factorize::numbers {

/// For primes in 2^14..2^31, of which a segment holds at most one multiple.
struct SieveLoops {
    /// How many hits() writes at most beyond those it returns.
    static constexpr std::size_t overrun = 16;

    /// distance[j] = from first to the next multiple of primes[j], 0 for first itself. Appends to squares the
    /// distances below horizon of the multiples of the primes' squares, in no order.
    void (*place)(std::uint64_t first, std::span<const std::uint32_t> primes, std::uint32_t* distance,
                  std::uint64_t horizon, std::vector<std::uint64_t>& squares);

    /// Moves on by size numbers: every distance is made relative to what follows them. Writes the distance
    /// and the prime of every multiple among them, ascending by prime, and returns how many they are.
    /// @pre size <= every prime; room for primes.size() + overrun values each
    std::size_t (*pass)(std::uint32_t size, std::span<const std::uint32_t> primes, std::uint32_t* distance,
                        std::uint32_t* hit_distance, std::uint32_t* hit_prime);
};

/// All levels give the same. @pre the machine has the level
[[nodiscard]] const SieveLoops& sieve_loops(SimdLevel level = simd_level());

}  // namespace factorize::numbers
