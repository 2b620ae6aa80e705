// is_prime_bpsw: shares nothing with the Montgomery code of primality.cpp and factor.cpp, on purpose.
#include <bit>
#include <cmath>
#include <initializer_list>

#include "numbers/primality.hpp"
#include "numbers/uint128.hpp"

namespace factorize::numbers {
namespace {

std::uint64_t times(std::uint64_t a, std::uint64_t b, std::uint64_t n) {
    return static_cast<std::uint64_t>(static_cast<Uint128>(a) * b % n);
}

std::uint64_t plus(std::uint64_t a, std::uint64_t b, std::uint64_t n) {
    return static_cast<std::uint64_t>((static_cast<Uint128>(a) + b) % n);
}

std::uint64_t minus(std::uint64_t a, std::uint64_t b, std::uint64_t n) {
    return a >= b ? a - b : n - (b - a);
}

/// x / 2 mod odd n.
std::uint64_t half(std::uint64_t x, std::uint64_t n) { return x % 2 == 0 ? x / 2 : x / 2 + n / 2 + 1; }

bool is_strong_probable_prime(std::uint64_t n, std::uint64_t base) {
    const int twos = std::countr_zero(n - 1);
    std::uint64_t exponent = (n - 1) >> twos;
    std::uint64_t power = 1;
    for (std::uint64_t square = base % n; exponent != 0; exponent >>= 1) {
        if (exponent & 1) power = times(power, square, n);
        square = times(square, square, n);
    }
    if (power == 1 || power == n - 1) return true;
    for (int i = 1; i < twos; ++i) {
        power = times(power, power, n);
        if (power == n - 1) return true;
    }
    return false;
}

/// The Jacobi symbol (a/n) for odd n.
int jacobi(std::uint64_t a, std::uint64_t n) {
    int symbol = 1;
    a %= n;
    while (a != 0) {
        const int twos = std::countr_zero(a);
        a >>= twos;
        if (twos % 2 == 1 && (n % 8 == 3 || n % 8 == 5)) symbol = -symbol;
        if (a % 4 == 3 && n % 4 == 3) symbol = -symbol;
        const std::uint64_t next = n % a;
        n = a;
        a = next;
    }
    return n == 1 ? symbol : 0;
}

bool is_square(std::uint64_t n) {
    auto root = static_cast<std::uint64_t>(std::sqrt(static_cast<double>(n)));
    for (std::uint64_t r = root == 0 ? 0 : root - 1; r <= root + 1; ++r)
        if (static_cast<Uint128>(r) * r == n) return true;
    return false;
}

/// The strong Lucas test with Selfridge's parameters: D the first of 5, -7, 9, -11, ... with (D/n) = -1,
/// P = 1, Q = (1 - D) / 4 (Baillie and Wagstaff, Math. Comp. 35, 1980).
bool is_strong_lucas_probable_prime(std::uint64_t n) {
    if (is_square(n)) return false;  // no D would ever be found
    std::uint64_t size = 5;
    bool negative = false;
    std::uint64_t d = 0;
    for (;; size += 2, negative = !negative) {
        const std::uint64_t residue = size % n;
        d = negative && residue != 0 ? n - residue : residue;
        const int symbol = jacobi(d, n);
        if (symbol == -1) break;
        if (symbol == 0 && residue != 0) return false;  // size shares a factor with n and is no multiple
    }
    // Q = (1 - D) / 4: for D = -size it is (size + 1) / 4, for D = +size it is -(size - 1) / 4.
    const std::uint64_t q = negative ? (size + 1) / 4 % n : minus(0, (size - 1) / 4 % n, n);

    // n + 1 = odd * 2^twos, and may be 2^64 itself.
    const Uint128 successor = static_cast<Uint128>(n) + 1;
    const int twos = n == ~std::uint64_t{0} ? 64 : std::countr_zero(n + 1);
    const auto odd = static_cast<std::uint64_t>(successor >> twos);

    std::uint64_t u = 1;
    std::uint64_t v = 1;
    std::uint64_t q_power = q;
    for (int bit = 62 - std::countl_zero(odd); bit >= 0; --bit) {
        u = times(u, v, n);
        v = minus(times(v, v, n), plus(q_power, q_power, n), n);
        q_power = times(q_power, q_power, n);
        if ((odd >> bit) & 1) {
            const std::uint64_t next = half(plus(u, v, n), n);
            v = half(plus(times(d, u, n), v, n), n);
            u = next;
            q_power = times(q_power, q, n);
        }
    }
    if (u == 0 || v == 0) return true;
    for (int step = 1; step < twos; ++step) {
        v = minus(times(v, v, n), plus(q_power, q_power, n), n);
        if (v == 0) return true;
        q_power = times(q_power, q_power, n);
    }
    return false;
}

}  // namespace

bool is_prime_bpsw(std::uint64_t n) {
    for (const std::uint64_t p :
         std::initializer_list<std::uint64_t>{2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37})
        if (n % p == 0) return n == p;
    if (n < 41 * 41) return n > 1;
    return is_strong_probable_prime(n, 2) && is_strong_lucas_probable_prime(n);
}

}  // namespace factorize::numbers
