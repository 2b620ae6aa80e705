#include "numbers/segment_sieve.hpp"

#include <algorithm>
#include <cassert>
#include <functional>
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

/// Sieving to a prime costs ~7 ns once and 0.3 ns a segment (AVX-512); it spares, for one number in p, part
/// of a factorization of ~1 us. So the bound follows the interval's length. Measured at 10^12..10^18 with 16
/// Ki numbers a call: 96 to 256 are within 10 % of each other for 10^5 numbers, 32 takes a quarter more.
constexpr std::uint64_t bound_per_number = 128;
constexpr std::uint64_t cheapest_bound = 256;
constexpr std::uint64_t largest_bound = std::uint64_t{1} << 22;

/// No greater prime is ever needed to complete a factorization.
std::uint64_t useful_bound(Interval interval) {
    return std::clamp(isqrt(interval.last()), cheapest_bound, largest_bound);
}

std::uint64_t affordable_bound(std::uint64_t numbers) {
    return std::max(bound_per_number * std::min(numbers, largest_bound), cheapest_bound);
}

/// Multiples of large primes' squares are few: they are looked up for so many numbers ahead.
constexpr std::uint64_t squares_horizon = std::uint64_t{1} << 24;

/// The distance from n to the next multiple of q, 0 for one itself.
std::uint64_t distance_to_multiple(std::uint64_t n, std::uint64_t q) {
    const std::uint64_t past = n % q;
    return past == 0 ? 0 : q - past;
}

}  // namespace

SegmentSieve::SegmentSieve(const SieveLoops& loops) : loops_(loops), pattern_(pattern_period) {
    for (std::uint64_t i = 0; i < pattern_period; ++i)
        pattern_[i] = static_cast<std::uint16_t>(std::gcd(i == 0 ? pattern_period : i, pattern_period));
}

void SegmentSieve::begin(Interval interval) {
    assert(interval.count > 0);
    const bool adjoins = interval.first == position_ && position_ != 0 && remaining_ == 0;
    run_length_ = adjoins ? run_length_ + interval.count : interval.count;
    remaining_ = interval.count;
    const std::uint64_t needed = std::min(useful_bound(interval), affordable_bound(run_length_));
    // A bound somewhat too low costs less than to start again.
    if (!adjoins || bound_ < needed / 2) restart(interval.first, needed + needed / 16);
}

void SegmentSieve::restart(std::uint64_t first, std::uint64_t bound) {
    bound_ = bound;
    position_ = first;
    const auto odd = source_.up_to(bound);
    const auto primes = odd.subspan(static_cast<std::size_t>(
        std::upper_bound(odd.begin(), odd.end(), largest_smooth_prime) - odd.begin()));
    const auto small = static_cast<std::size_t>(
        std::lower_bound(primes.begin(), primes.end(), Segment::max_size) - primes.begin());
    small_primes_ = primes.first(small);
    large_primes_ = primes.subspan(small);
    next_hit_.resize(primes.size());
    next_square_.resize(small);
    for (std::size_t j = 0; j < small; ++j) {
        const std::uint64_t p = small_primes_[j];
        next_hit_[j] = static_cast<std::uint32_t>(distance_to_multiple(first, p));
        next_square_[j] = distance_to_multiple(first, p * p);
    }
    place_large_primes();
}

void SegmentSieve::place_large_primes() {
    large_squares_.clear();
    loops_.place(position_, large_primes_, next_hit_.data() + small_primes_.size(), squares_horizon,
                 large_squares_);
    std::sort(large_squares_.begin(), large_squares_.end(), std::greater<>());
    large_squares_origin_ = position_;
}

const Segment& SegmentSieve::next() {
    assert(remaining_ > 0);
    segment_.first = position_;
    segment_.size = static_cast<std::size_t>(std::min<std::uint64_t>(remaining_, Segment::max_size));
    if (position_ - large_squares_origin_ > squares_horizon - segment_.size) place_large_primes();
    find_smooth_parts();
    find_primes();
    find_squares();
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
    std::fill_n(planes, size, 0);
    for (std::size_t j = 0; j < small_primes_.size(); ++j) {
        const std::uint32_t p = small_primes_[j];
        std::uint32_t i = next_hit_[j];
        for (; i < size; i += p) planes[count[i]++ * Segment::max_size + i] = p;
        next_hit_[j] = i - size;
    }
    std::uint32_t* const next_hit = next_hit_.data() + small_primes_.size();
    for (std::size_t begin = 0; begin < large_primes_.size(); begin += primes_per_pass) {
        const auto primes =
            large_primes_.subspan(begin, std::min(primes_per_pass, large_primes_.size() - begin));
        const std::size_t hits =
            loops_.pass(size, primes, next_hit + begin, hits_.data(), hit_primes_.data());
        for (std::size_t h = 0; h < hits; ++h) {
            const std::uint32_t i = hits_[h];
            planes[count[i]++ * Segment::max_size + i] = hit_primes_[h];
        }
    }
}

void SegmentSieve::find_squares() {
    bool* const has_square = segment_.has_square.data();
    const std::size_t size = segment_.size;
    std::fill_n(has_square, size, false);
    for (std::size_t j = 0; j < small_primes_.size(); ++j) {
        const std::uint64_t square = std::uint64_t{small_primes_[j]} * small_primes_[j];
        std::uint64_t i = next_square_[j];
        for (; i < size; i += square) has_square[i] = true;
        next_square_[j] = i - size;
    }
    const std::uint64_t passed = position_ - large_squares_origin_;
    for (; !large_squares_.empty() && large_squares_.back() - passed < size; large_squares_.pop_back())
        has_square[large_squares_.back() - passed] = true;
}

}  // namespace factorize::numbers
