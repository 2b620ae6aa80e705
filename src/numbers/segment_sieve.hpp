// The sieve proper: finds the small primes of consecutive numbers, a cache-sized segment at a time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "numbers/interval.hpp"
#include "numbers/sieve_loops.hpp"
#include "numbers/sieving_primes.hpp"

namespace factorize::numbers {

/// What the sieve knows of number first + i, for i below the segment's size:
///
/// - smooth[i]: the part of it made of primes <= SegmentSieve::largest_smooth_prime, with all their powers;
/// - prime_count[i], prime(k, i): its other primes <= bound, each once, ascending in k;
///   prime(0, i) is 0 where there is none;
/// - has_square[i]: one of those divides it more than once.
struct Segment {
    /// The 11 primes from 37 to 79 multiply to 1.6e19 < 2^64; with 83 it would be 1.3e21.
    static constexpr std::size_t max_primes = 11;
    /// Smooth parts, counts and the first three primes of each number, 300 kB, fill a third of an L2 cache of
    /// 1 MB; shorter segments visit each prime more often.
    static constexpr std::size_t max_size = std::size_t{1} << 14;

    std::uint64_t first = 0;
    std::size_t size = 0;
    std::array<std::uint64_t, max_size> smooth;
    std::array<std::uint8_t, max_size> prime_count;
    std::array<bool, max_size> has_square;
    // One plane for the first primes of all numbers, one for the second, ...: most planes are nearly empty
    // and stay out of the cache.
    std::array<std::array<std::uint32_t, max_size>, max_primes> primes;

    [[nodiscard]] std::uint32_t prime(std::size_t k, std::size_t i) const { return primes[k][i]; }
};

/// Sieves an interval segment by segment.
///
/// Primes below the segment's size walk through every segment. The others hit a segment at most once: one
/// pass over all of them finds those that do (SieveLoops). Memory: 8 bytes a prime (at most 3 MB)
/// and 1 MB for the segment, whatever the interval.
class SegmentSieve {
public:
    static constexpr std::uint64_t largest_smooth_prime = 31;

    explicit SegmentSieve(const SieveLoops& loops = sieve_loops());

    /// Begins at interval.first. An interval that goes on where the last one ended costs nothing to begin,
    /// but that the bound grows with the length of all of them.
    /// @pre interval.count > 0
    void begin(Interval interval);

    /// All primes up to it are found: a prime factor that is missing is greater.
    [[nodiscard]] std::uint64_t bound() const { return bound_; }

    /// The next segment, valid until the next call. @pre begin()'s interval is not exhausted
    const Segment& next();

private:
    /// The large primes are passed so many at a time, for their hits to be in the L1 cache.
    static constexpr std::size_t primes_per_pass = 2048;

    void restart(std::uint64_t first, std::uint64_t bound);
    void place_large_primes();
    void find_smooth_parts();
    void find_primes();
    void find_squares();

    const SieveLoops& loops_;
    SievingPrimes source_;
    std::span<const std::uint32_t> small_primes_;  // above largest_smooth_prime, below Segment::max_size
    std::span<const std::uint32_t> large_primes_;  // up to the bound
    std::vector<std::uint32_t> next_hit_;          // of all these, relative to the next segment
    std::vector<std::uint64_t> next_square_;       // next multiple of a small prime's square, likewise
    std::vector<std::uint64_t> large_squares_;  // distances to multiples of large primes' squares, descending
    std::uint64_t large_squares_origin_ = 0;    // from here
    std::vector<std::uint16_t> pattern_;
    std::array<std::uint32_t, primes_per_pass + SieveLoops::overrun> hits_;
    std::array<std::uint32_t, primes_per_pass + SieveLoops::overrun> hit_primes_;

    std::uint64_t bound_ = 0;
    std::uint64_t position_ = 0;  // the next number; 0 before the first and after the last one
    std::uint64_t remaining_ = 0;
    std::uint64_t run_length_ = 0;  // of the intervals that followed each other, this one included
    Segment segment_;
};

}  // namespace factorize::numbers
