// What every fast kernel is checked against: too simple to be wrong.
#pragma once

#include <cstdint>
#include <vector>

namespace factorize::naive {

inline std::vector<std::uint64_t> factors_of(std::uint64_t n) {
    std::vector<std::uint64_t> factors;
    for (std::uint64_t x = 2; x <= n / 2; ++x)
        if (n % x == 0) factors.push_back(x);
    return factors;
}

inline bool is_prime(std::uint64_t n) {
    for (std::uint64_t d = 2; d <= n / d; ++d)
        if (n % d == 0) return false;
    return n > 1;
}

/// factors_of() of all n < size at once, by writing each x into the lists of its multiples.
inline std::vector<std::vector<std::uint64_t>> factors_below(std::uint64_t size) {
    std::vector<std::vector<std::uint64_t>> lists(size);
    for (std::uint64_t x = 2; x < size; ++x)
        for (std::uint64_t multiple = 2 * x; multiple < size; multiple += x) lists[multiple].push_back(x);
    return lists;
}

}  // namespace factorize::naive
