// is_prime_bpsw: shares nothing with the Montgomery code of primality.cpp and factor.cpp, on purpose.
#include <bit>
#include <cmath>
#include <initializer_list>

#include "numbers/primality.hpp"
#include "numbers/uint128.hpp"

namespace factorize::numbers {
namespace {

/// Residues of n, 0..n-1. Products are reduced with a reciprocal of n instead of a division (N. Moeller and
/// T. Granlund, IEEE Trans. Comput. 60, 2011, algorithm 4), which needs the highest bit of the divisor set:
/// all is done mod n * 2^shift.
class Residues {
public:
    /// @pre n > 0
    explicit Residues(std::uint64_t n)
        : n_(n),
          shift_(std::countl_zero(n)),
          divisor_(n << shift_),
          reciprocal_(static_cast<std::uint64_t>(~Uint128{0} / divisor_)) {}  // without its highest bit, 2^64

    /// Of residues, as all below.
    [[nodiscard]] std::uint64_t times(std::uint64_t a, std::uint64_t b) const {
        const Uint128 product = static_cast<Uint128>(a << shift_) * b;
        const auto high = static_cast<std::uint64_t>(product >> 64);
        const auto low = static_cast<std::uint64_t>(product);
        const Uint128 quotient = static_cast<Uint128>(reciprocal_) * high + product;
        std::uint64_t remainder = low - (static_cast<std::uint64_t>(quotient >> 64) + 1) * divisor_;
        // In three cases of four, at random: a branch would be mispredicted.
        remainder += divisor_ & (0 - std::uint64_t{remainder > static_cast<std::uint64_t>(quotient)});
        if (remainder >= divisor_) [[unlikely]]
            remainder -= divisor_;
        return remainder >> shift_;
    }

    [[nodiscard]] std::uint64_t plus(std::uint64_t a, std::uint64_t b) const {
        return a >= n_ - b ? a - (n_ - b) : a + b;
    }

    [[nodiscard]] std::uint64_t minus(std::uint64_t a, std::uint64_t b) const {
        return a >= b ? a - b : n_ - (b - a);
    }

    /// x / 2. @pre n is odd
    [[nodiscard]] std::uint64_t half(std::uint64_t x) const {
        return x % 2 == 0 ? x / 2 : x / 2 + n_ / 2 + 1;
    }

private:
    std::uint64_t n_;
    int shift_;
    std::uint64_t divisor_;
    std::uint64_t reciprocal_;
};

/// To base 2. @pre n is odd, n > 2
bool is_strong_probable_prime(std::uint64_t n, const Residues& mod) {
    const int twos = std::countr_zero(n - 1);
    const std::uint64_t exponent = (n - 1) >> twos;
    std::uint64_t power = 1;
    for (int bit = 63 - std::countl_zero(exponent); bit >= 0; --bit) {
        power = mod.times(power, power);
        if ((exponent >> bit) & 1) power = mod.plus(power, power);
    }
    if (power == 1 || power == n - 1) return true;
    for (int i = 1; i < twos; ++i) {
        power = mod.times(power, power);
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
bool is_strong_lucas_probable_prime(std::uint64_t n, const Residues& mod) {
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
    const std::uint64_t q = negative ? (size + 1) / 4 % n : mod.minus(0, (size - 1) / 4 % n);

    // n + 1 = odd * 2^twos, and may be 2^64 itself.
    const Uint128 successor = static_cast<Uint128>(n) + 1;
    const int twos = n == ~std::uint64_t{0} ? 64 : std::countr_zero(n + 1);
    const auto odd = static_cast<std::uint64_t>(successor >> twos);

    std::uint64_t u = 1;
    std::uint64_t v = 1;
    std::uint64_t q_power = q;
    for (int bit = 62 - std::countl_zero(odd); bit >= 0; --bit) {
        u = mod.times(u, v);
        v = mod.minus(mod.times(v, v), mod.plus(q_power, q_power));
        q_power = mod.times(q_power, q_power);
        if ((odd >> bit) & 1) {
            const std::uint64_t next = mod.half(mod.plus(u, v));
            v = mod.half(mod.plus(mod.times(d, u), v));
            u = next;
            q_power = mod.times(q_power, q);
        }
    }
    if (u == 0 || v == 0) return true;
    for (int step = 1; step < twos; ++step) {
        v = mod.minus(mod.times(v, v), mod.plus(q_power, q_power));
        if (v == 0) return true;
        q_power = mod.times(q_power, q_power);
    }
    return false;
}

}  // namespace

bool is_prime_bpsw(std::uint64_t n) {
    for (const std::uint64_t p :
         std::initializer_list<std::uint64_t>{2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37})
        if (n % p == 0) return n == p;
    if (n < 41 * 41) return n > 1;
    const Residues mod(n);
    return is_strong_probable_prime(n, mod) && is_strong_lucas_probable_prime(n, mod);
}

}  // namespace factorize::numbers
