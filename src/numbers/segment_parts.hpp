// What the sieve found of each number, multiplied out.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "numbers/segment_sieve.hpp"
#include "numbers/simd_level.hpp"

namespace factorize::numbers {

/// Of number i of a segment:
///
/// - table_part[i]: the product of its smooth part and its first folded[i] primes, as many as keep the
///   product below DivisorTable::size; the smooth part alone may be larger;
/// - rest[i]: the number divided by its smooth part and by each of its primes once.
struct SegmentParts {
    std::array<std::uint64_t, Segment::max_size> table_part;
    std::array<std::uint64_t, Segment::max_size> rest;
    std::array<std::uint8_t, Segment::max_size> folded;
};

/// All levels give the same. @pre the machine has the level
void multiply_out(const Segment& segment, SegmentParts& parts, SimdLevel level = simd_level());

}  // namespace factorize::numbers
