// Divisor lists, factorizations and their sums by trial division up to the square root: for single numbers
// too large for naive.hpp, and too slow for more than a few of them.
#pragma once

#include <cstdint>
#include <set>
#include <span>
#include <vector>

#include "jobs/census.hpp"
#include "jobs/store.hpp"
#include "numbers/factorization.hpp"

namespace factorize::test {

/// Every d with 1 < d < n ascending; of Store::half those with d * d <= n.
inline std::vector<std::uint64_t> listed(std::uint64_t n, jobs::Store store) {
    std::vector<std::uint64_t> low;
    std::vector<std::uint64_t> high;
    for (std::uint64_t d = 2; d <= n / d; ++d) {
        if (n % d != 0) continue;
        low.push_back(d);
        if (n / d != d) high.push_back(n / d);
    }
    if (store == jobs::Store::full) low.insert(low.end(), high.rbegin(), high.rend());
    return low;
}

inline numbers::Factorization primes_of(std::uint64_t n) {
    numbers::Factorization primes;
    for (std::uint64_t p = 2; p <= n / p; ++p) {
        std::uint32_t exponent = 0;
        for (; n % p == 0; n /= p) ++exponent;
        if (exponent > 0) primes.push_back(p, exponent);
    }
    if (n > 1) primes.push_back(n, 1);
    return primes;
}

/// listed() for a number too large for it. @param primes  with multiplicity, ascending, as GNU factor prints
inline std::vector<std::uint64_t> listed_of_product(std::span<const std::uint64_t> primes,
                                                    jobs::Store store) {
    std::uint64_t n = 1;
    std::set<std::uint64_t> divisors{1};
    for (const std::uint64_t p : primes) {
        n *= p;
        const std::set<std::uint64_t> before = divisors;
        for (const std::uint64_t d : before) divisors.insert(d * p);
    }
    divisors.erase(1);
    divisors.erase(n);
    if (store == jobs::Store::half) std::erase_if(divisors, [n](std::uint64_t d) { return d > n / d; });
    return {divisors.begin(), divisors.end()};
}

/// The largest numbers of 64 bits with their primes, by GNU factor 9.1.
struct Known {
    std::uint64_t number;
    std::vector<std::uint64_t> primes;
};
inline const std::vector<Known>& top_numbers() {
    static const std::vector<Known> numbers{{18446744073709551606U, {2, 3, 71, 42013, 1030686124187}},
                                            {18446744073709551607U, {7, 9241, 464773, 613566757}},
                                            {18446744073709551608U, {2, 2, 2, 2305843009213693951}},
                                            {18446744073709551609U, {3, 3, 818923289, 2502845209}},
                                            {18446744073709551610U, {2, 5, 23, 53301701, 1504703107}},
                                            {18446744073709551611U, {11, 59, 98818999, 287630261}},
                                            {18446744073709551612U, {2, 2, 3, 715827883, 2147483647}},
                                            {18446744073709551613U, {13, 3889, 364870227143809}},
                                            {18446744073709551614U, {2, 7, 7, 73, 127, 337, 92737, 649657}},
                                            {18446744073709551615U, {3, 5, 17, 257, 641, 65537, 6700417}}};
    return numbers;
}

/// What the rows of these numbers add up to.
inline jobs::Census census_of_lists(std::span<const std::uint64_t> numbers, jobs::Store store) {
    jobs::Census census;
    for (const std::uint64_t n : numbers) {
        census.factors += listed(n, store).size();
        for (const std::uint64_t d : listed(n, jobs::Store::full)) census.sum += d;
    }
    return census;
}

inline std::vector<std::uint64_t> numbers_from(std::uint64_t first, std::uint64_t count) {
    std::vector<std::uint64_t> numbers;
    for (std::uint64_t i = 0; i < count; ++i) numbers.push_back(first + i);
    return numbers;
}

}  // namespace factorize::test
