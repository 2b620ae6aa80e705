// The primes below 2^32, in order, found as they are needed.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace factorize::numbers {

/// Keeps what it has found: asking again for less costs nothing.
class SievingPrimes {
public:
    /// All odd primes <= limit, ascending; valid until the next call. @pre limit < 2^32
    /// Cost: O(limit log log limit) the first time, 1.5 ms for the primes to 2^22.
    [[nodiscard]] std::span<const std::uint32_t> up_to(std::uint64_t limit);

private:
    void find_primes();

    std::vector<std::uint32_t> primes_;
    std::uint64_t limit_ = 2;
};

}  // namespace factorize::numbers
