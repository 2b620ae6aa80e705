#include "numbers/divisor_check.hpp"

#include "numbers/certify.hpp"
#include "numbers/factorization.hpp"
#include "numbers/uint128.hpp"

namespace factorize::numbers {

bool are_divisors(std::uint64_t n, std::span<const std::uint64_t> list) {
    std::uint64_t previous = 1;
    for (std::size_t i = 0, j = list.size(); i < list.size(); ++i) {
        if (list[i] <= previous || Uint128{list[i]} * list[--j] != n) return false;
        previous = list[i];
    }
    return true;
}

bool are_small_divisors(std::uint64_t n, std::span<const std::uint64_t> list) {
    std::uint64_t previous = 1;
    for (const std::uint64_t d : list) {
        if (d <= previous || n / d < d || n % d != 0) return false;
        previous = d;
    }
    return true;
}

std::optional<std::uint32_t> tau_from(std::uint64_t n, std::span<const std::uint64_t> list) {
    Factorization primes;
    std::uint64_t left = n;
    for (const std::uint64_t d : list) {
        if (left / d < d) break;
        std::uint32_t exponent = 0;
        for (; left % d == 0; left /= d) ++exponent;
        if (exponent == 0) continue;
        if (primes.size() == Factorization::max_primes) return std::nullopt;
        primes.push_back(d, exponent);
    }
    if (left > 1) {
        if (primes.size() == Factorization::max_primes) return std::nullopt;
        primes.push_back(left, 1);
    }
    if (!certifies(primes, n)) return std::nullopt;
    return primes.divisor_count();
}

}  // namespace factorize::numbers
