#include "numbers/sieving_primes.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstddef>
#include <iterator>

namespace factorize::numbers {

namespace {

// Index i of a sieve stands for 2i + 1.

/// So many flags, a byte each, fit the L1 cache.
constexpr std::size_t block_size = std::size_t{1} << 15;
/// What 3, 5, 7, 11 and 13 cross off repeats with this many odd numbers: it is copied, not sieved.
constexpr std::size_t pattern_period = 3 * 5 * 7 * 11 * 13;
constexpr std::uint32_t pattern_primes[] = {3, 5, 7, 11, 13};

/// Crosses off the multiples 2i + 1 of p from index `next` on; returns the index of the first one left.
std::size_t cross_off(std::span<char> composite, std::size_t next, std::uint32_t p) {
    char* const flags = composite.data();
    const std::size_t size = composite.size();
    for (; next < size; next += p) flags[next] = 1;
    return next;
}

}  // namespace

std::span<const std::uint32_t> SievingPrimes::up_to(std::uint64_t limit) {
    assert(limit < (std::uint64_t{1} << 32));
    if (limit > limit_) {
        // Growing in large steps keeps a slowly rising limit from costing its square.
        limit_ = std::clamp<std::uint64_t>(limit + limit / 8, 1 << 16, ~std::uint32_t{0});
        find_primes();
    }
    return std::span(primes_).first(
        static_cast<std::size_t>(std::upper_bound(primes_.begin(), primes_.end(), limit) - primes_.begin()));
}

void SievingPrimes::find_primes() {
    std::vector<char> pattern(pattern_period + block_size, 0);
    for (const std::uint32_t p : pattern_primes) cross_off(pattern, p / 2, p);
    std::vector<char> block(block_size);
    std::vector<std::uint32_t> found(block_size);
    std::vector<std::size_t> next_hit;  // of the primes from 17 on, relative to the block
    primes_.clear();
    // pi(x) < 1.25506 * x / ln x (Rosser and Schoenfeld, Illinois J. Math. 6, 1962). Growing would copy it,
    // into pages that are new again.
    primes_.reserve(static_cast<std::size_t>(1.256 * static_cast<double>(limit_) /
                                             std::log(static_cast<double>(limit_))));
    primes_.assign(std::begin(pattern_primes), std::end(pattern_primes));
    const std::size_t first_sieving = primes_.size();
    for (std::uint64_t begin = 0; 2 * begin + 1 <= limit_; begin += block_size) {
        std::copy_n(pattern.begin() + static_cast<std::ptrdiff_t>(begin % pattern_period), block_size,
                    block.begin());
        const std::uint64_t last = 2 * (begin + block_size) - 1;
        if (begin == 0) {
            block[0] = 1;
            for (std::uint32_t p = 17; p * p <= last; p += 2)
                if (block[p / 2] == 0) cross_off(block, p * p / 2, p);
        }
        for (std::size_t j = first_sieving; j < primes_.size(); ++j) {
            const std::uint32_t p = primes_[j];
            const std::uint64_t square = std::uint64_t{p} * p;
            if (square > last) break;
            if (j - first_sieving == next_hit.size()) {
                std::uint64_t first = square / 2;
                if (first < begin)
                    first += (begin - first + p - 1) / p * p;  // crossed off in the first block
                next_hit.push_back(static_cast<std::size_t>(first - begin));
            }
            next_hit[j - first_sieving] = cross_off(block, next_hit[j - first_sieving], p) - block_size;
        }
        const auto end =
            static_cast<std::size_t>(std::min<std::uint64_t>(block_size, (limit_ - 1) / 2 + 1 - begin));
        const char* const composite = block.data();
        std::uint32_t* out = found.data();
        for (std::size_t i = 0; i < end; ++i) {
            *out = static_cast<std::uint32_t>(2 * (begin + i) + 1);
            out += composite[i] == 0;
        }
        primes_.insert(primes_.end(), found.data(), out);
    }
}

}  // namespace factorize::numbers
