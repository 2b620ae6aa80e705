// Modular multiplication without division (P. Montgomery, Math. Comp. 44, 1985), for any odd 64-bit modulus.
#pragma once

#include <cassert>
#include <cstdint>

#include "numbers/uint128.hpp"

namespace factorize::numbers {

/// The inverse of odd n mod 2^64.
///
/// (3n) ^ 2 is right to 5 bits (for odd n); each Newton step doubles the bits: 10, 20, 40, 80.
[[nodiscard]] constexpr std::uint64_t inverse_mod_2_64(std::uint64_t n) {
    std::uint64_t x = (3 * n) ^ 2;
    for (int step = 0; step < 4; ++step) x *= 2 - n * x;
    return x;
}

/// Residues of an odd modulus n, each kept as x * 2^64 mod n, always in 0..n-1.
class Montgomery {
public:
    /// @pre modulus is odd, >= 3
    explicit Montgomery(std::uint64_t modulus)
        : n_(modulus), inverse_(inverse_mod_2_64(modulus)), one_((0 - modulus) % modulus) {
        assert(modulus % 2 == 1 && modulus >= 3);
    }

    [[nodiscard]] std::uint64_t modulus() const { return n_; }
    [[nodiscard]] std::uint64_t one() const { return one_; }
    [[nodiscard]] std::uint64_t minus_one() const { return n_ - one_; }

    /// x's form. Any x < 2^64. Cost: one 128-bit division.
    [[nodiscard]] std::uint64_t form(std::uint64_t x) const {
        return static_cast<std::uint64_t>((static_cast<Uint128>(x) << 64) % n_);
    }

    /// For forms, or for any a, b with a * b < n * 2^64.
    [[nodiscard]] std::uint64_t multiply(std::uint64_t a, std::uint64_t b) const {
        // With t = high * 2^64 + low and m = low / n mod 2^64, t - m * n is a multiple of 2^64 and
        // lies in (-n * 2^64, n * 2^64): its upper half is the difference of the upper halves.
        const Uint128 t = static_cast<Uint128>(a) * b;
        const std::uint64_t m = static_cast<std::uint64_t>(t) * inverse_;
        const auto high = static_cast<std::uint64_t>(t >> 64);
        const auto reduced = static_cast<std::uint64_t>((static_cast<Uint128>(m) * n_) >> 64);
        return high - reduced + (high < reduced ? n_ : 0);
    }

    [[nodiscard]] std::uint64_t square(std::uint64_t a) const { return multiply(a, a); }

    [[nodiscard]] std::uint64_t add(std::uint64_t a, std::uint64_t b) const {
        const std::uint64_t room = n_ - b;
        return a - room + (a < room ? n_ : 0);
    }

    [[nodiscard]] std::uint64_t subtract(std::uint64_t a, std::uint64_t b) const {
        return a - b + (a < b ? n_ : 0);
    }

private:
    std::uint64_t n_;
    std::uint64_t inverse_;
    std::uint64_t one_;
};

}  // namespace factorize::numbers
