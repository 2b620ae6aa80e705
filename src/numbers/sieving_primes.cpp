#include "numbers/sieving_primes.hpp"

#include <algorithm>
#include <cassert>
#include <cstddef>

namespace factorize::numbers {

std::span<const std::uint32_t> SievingPrimes::up_to(std::uint64_t limit) {
    assert(limit < (std::uint64_t{1} << 32));
    if (limit > limit_) {
        // Index i stands for 2i + 1. Growing in large steps keeps a slowly rising limit from costing its
        // square.
        limit_ = std::max<std::uint64_t>(limit + limit / 4, 1 << 16);
        std::vector<char> composite(static_cast<std::size_t>(limit_ / 2 + 1), 0);
        primes_.clear();
        for (std::uint64_t p = 3; p <= limit_; p += 2) {
            if (composite[p / 2]) continue;
            primes_.push_back(static_cast<std::uint32_t>(p));
            for (std::uint64_t multiple = p * p; multiple <= limit_; multiple += 2 * p)
                composite[multiple / 2] = 1;
        }
    }
    return std::span(primes_).first(
        static_cast<std::size_t>(std::upper_bound(primes_.begin(), primes_.end(), limit) - primes_.begin()));
}

}  // namespace factorize::numbers
