#include "numbers/segment_sieve.hpp"

#include <algorithm>
#include <cassert>
#include <numeric>

#include "numbers/isqrt.hpp"

namespace factorize::numbers {
namespace {

/// gcd(n, 5040) repeats with n: the bulk of the powers of 2, 3, 5 and 7 is copied, not sieved.
constexpr std::uint64_t pattern_period = 16 * 9 * 5 * 7;
/// The first power of each smooth prime that the pattern does not hold.
struct SmoothPrime {
    std::uint64_t prime;
    std::uint64_t power;
};
constexpr SmoothPrime smooth_primes[] = {{2, 32},  {3, 27},  {5, 25},  {7, 49},  {11, 11}, {13, 13},
                                         {17, 17}, {19, 19}, {23, 23}, {29, 29}, {31, 31}};

/// Sieving to a prime costs ~10 ns once and ~1 ns a window; it spares, for one number in p, part of a
/// factorization of ~5 us. So the bound follows the interval's length. Measured with AVX-512 at 10^13..2^64:
/// 16 to 64 are within 10 % of each other for 10^4..10^5 numbers, 256 is up to twice as slow.
constexpr std::uint64_t bound_per_number = 32;
constexpr std::uint64_t cheapest_bound = 256;
constexpr std::uint64_t largest_bound = std::uint64_t{1} << 22;

/// No greater prime is ever needed to complete a factorization.
std::uint64_t useful_bound(Interval interval) {
    return std::clamp(isqrt(interval.last()), cheapest_bound, largest_bound);
}

std::uint64_t affordable_bound(Interval interval) {
    return std::max(bound_per_number * std::min(interval.count, largest_bound), cheapest_bound);
}

/// The distance from n to the next multiple of q, 0 for one itself.
std::uint64_t distance_to_multiple(std::uint64_t n, std::uint64_t q) {
    const std::uint64_t past = n % q;
    return past == 0 ? 0 : q - past;
}

}  // namespace

SegmentSieve::SegmentSieve() : pattern_(pattern_period) {
    for (std::uint64_t i = 0; i < pattern_period; ++i)
        pattern_[i] = static_cast<std::uint16_t>(std::gcd(i == 0 ? pattern_period : i, pattern_period));
}

void SegmentSieve::begin(Interval interval) {
    assert(interval.count > 0);
    const std::uint64_t needed = std::min(useful_bound(interval), affordable_bound(interval));
    const bool goes_on = interval.first == position_ && position_ != 0 && remaining_ == 0 && bound_ >= needed;
    remaining_ = interval.count;
    // The margin lets a run of intervals go on for long before sqrt(last) outgrows the bound.
    if (!goes_on) restart(interval.first, needed + needed / 16);
    bucket_ = buckets_filled_ = 0;
}

void SegmentSieve::restart(std::uint64_t first, std::uint64_t bound) {
    bound_ = bound;
    origin_ = position_ = first;
    const auto odd = source_.up_to(bound);
    primes_ = odd.subspan(static_cast<std::size_t>(
        std::upper_bound(odd.begin(), odd.end(), largest_smooth_prime) - odd.begin()));
    small_primes_ = static_cast<std::size_t>(
        std::lower_bound(primes_.begin(), primes_.end(), Segment::max_size) - primes_.begin());
    next_hit_.resize(primes_.size());
    next_square_.resize(primes_.size());
    for (std::size_t j = 0; j < primes_.size(); ++j) {
        // With first = (cofactor * p - distance), p^2 divides the multiples whose cofactor p divides.
        const std::uint64_t p = primes_[j];
        const std::uint64_t quotient = first / p;
        const std::uint64_t past = first - quotient * p;
        next_hit_[j] = static_cast<std::uint32_t>(past == 0 ? 0 : p - past);
        const std::uint64_t past_square = quotient % p * p + past;
        next_square_[j] = past_square == 0 ? 0 : p * p - past_square;
    }
}

void SegmentSieve::fill_buckets(std::size_t window) {
    for (auto& bucket : buckets_) bucket.clear();
    for (auto& bucket : square_buckets_) bucket.clear();
    const auto end = static_cast<std::uint32_t>(window);
    for (std::size_t j = small_primes_; j < primes_.size(); ++j) {
        const std::uint32_t p = primes_[j];
        std::uint32_t hit = next_hit_[j];
        for (; hit < end; hit += p)
            buckets_[hit / Segment::max_size].push_back(
                {static_cast<std::uint32_t>(hit % Segment::max_size), p});
        next_hit_[j] = hit - end;
    }
    const std::uint64_t begin = position_ - origin_;
    for (std::size_t j = 0; j < primes_.size(); ++j) {
        const std::uint64_t square = std::uint64_t{primes_[j]} * primes_[j];
        for (; next_square_[j] - begin < window; next_square_[j] += square) {
            const auto hit = static_cast<std::uint32_t>(next_square_[j] - begin);
            square_buckets_[hit / Segment::max_size].push_back(hit % Segment::max_size);
        }
    }
    bucket_ = 0;
    buckets_filled_ = (window + Segment::max_size - 1) / Segment::max_size;
}

const Segment& SegmentSieve::next() {
    assert(remaining_ > 0);
    if (bucket_ == buckets_filled_)
        fill_buckets(static_cast<std::size_t>(
            std::min<std::uint64_t>(remaining_, segments_per_window * Segment::max_size)));
    segment_.first = position_;
    segment_.size = static_cast<std::size_t>(std::min<std::uint64_t>(remaining_, Segment::max_size));
    find_smooth_parts();
    find_primes();
    ++bucket_;
    position_ += segment_.size;
    remaining_ -= segment_.size;
    return segment_;
}

void SegmentSieve::find_smooth_parts() {
    const std::size_t size = segment_.size;
    std::uint64_t* const smooth = segment_.smooth.data();
    for (std::size_t i = 0, at = segment_.first % pattern_period; i < size; at = 0) {
        const std::size_t end = std::min(size, i + (pattern_period - at));
        for (; i < end; ++i, ++at) smooth[i] = pattern_[at];
    }
    const std::uint64_t last = segment_.first + (size - 1);
    for (const auto& [prime, first_power] : smooth_primes)
        for (std::uint64_t power = first_power;; power *= prime) {
            for (std::uint64_t i = distance_to_multiple(segment_.first, power); i < size; i += power)
                smooth[i] *= prime;
            if (power > last / prime) break;
        }
}

void SegmentSieve::find_primes() {
    const auto size = static_cast<std::uint32_t>(segment_.size);
    std::uint8_t* const count = segment_.prime_count.data();
    std::uint32_t* const planes = segment_.primes[0].data();
    std::fill_n(count, size, std::uint8_t{0});
    std::fill_n(segment_.has_square.data(), size, false);
    for (std::size_t j = 0; j < small_primes_; ++j) {
        const std::uint32_t p = primes_[j];
        std::uint32_t i = next_hit_[j];
        for (; i < size; i += p) planes[count[i]++ * Segment::max_size + i] = p;
        next_hit_[j] = i - size;
    }
    for (const auto& [i, p] : buckets_[bucket_]) planes[count[i]++ * Segment::max_size + i] = p;
    for (const std::uint32_t i : square_buckets_[bucket_]) segment_.has_square[i] = true;
}

}  // namespace factorize::numbers
