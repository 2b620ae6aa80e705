// Modular arithmetic with AVX-512 IFMA: 52 x 52 -> 104 bits, eight lanes an instruction. Only for files
// compiled for such CPUs.
#pragma once

#if defined(__AVX512IFMA__) && defined(__AVX512CD__) && defined(__AVX512DQ__)

#include <cstddef>
#include <cstdint>

#include <immintrin.h>

#include "numbers/uint128.hpp"

namespace factorize::numbers {
// Unnamed, so that nothing in it is shared with files that are compiled for other CPUs.
namespace {

/// Operators act lane by lane.
using Vector = std::uint64_t __attribute__((vector_size(64)));
using SignedVector = std::int64_t __attribute__((vector_size(64)));

constexpr std::size_t lanes_per_vector = 8;

Vector load_words(const std::uint64_t* p) { return reinterpret_cast<Vector>(_mm512_loadu_si512(p)); }
void store(std::uint64_t* p, Vector x) { _mm512_storeu_si512(p, reinterpret_cast<__m512i>(x)); }
Vector shift_right_signed(Vector x, int bits) {
    return reinterpret_cast<Vector>(reinterpret_cast<SignedVector>(x) >> bits);
}
/// sum + the low, or the high, 52 bits of the product of a's and b's low 52 bits.
Vector low_product(Vector sum, Vector a, Vector b) {
    return reinterpret_cast<Vector>(_mm512_madd52lo_epu64(
        reinterpret_cast<__m512i>(sum), reinterpret_cast<__m512i>(a), reinterpret_cast<__m512i>(b)));
}
Vector high_product(Vector sum, Vector a, Vector b) {
    return reinterpret_cast<Vector>(_mm512_madd52hi_epu64(
        reinterpret_cast<__m512i>(sum), reinterpret_cast<__m512i>(a), reinterpret_cast<__m512i>(b)));
}

Vector leading_zeros(Vector x) {
    return reinterpret_cast<Vector>(_mm512_maskz_lzcnt_epi64(0xFF, reinterpret_cast<__m512i>(x)));
}
/// As inverse_mod_2_64() of montgomery.hpp.
Vector inverse_mod_2_64(Vector n) {
    Vector x = (3 * n) ^ 2;
    for (int step = 0; step < 4; ++step) x *= 2 - n * x;
    return x;
}

constexpr std::uint64_t low_bits = (std::uint64_t{1} << 52) - 1;
/// What a sum of low products starts with, so that its upper bits are those of the sum rounded up.
Vector column_0() { return Vector{} + low_bits; }

/// A residue of any odd modulus below 2^64 in two limbs: low + high * 2^52 is x * 2^52 modulo n.
///
/// Multiplying reads 52 bits of a limb, so carries must be in the limb above, and bits they left are ignored.
/// Nothing is ever reduced to 0..n-1: a product is below n + 2^54 (proof there), which leaves room for a sum
/// or a difference to be multiplied.
struct Limbs {
    Vector low;
    Vector high;
};

class LimbsModulus {
public:
    using Residue = Limbs;

    void load(Vector n) {
        modulus_ = n;
        n_ = {n & low_bits, n >> 52};
        minus_inverse_ = 0 - inverse_mod_2_64(n);
        std::uint64_t words[lanes_per_vector];
        store(words, n);
        for (std::uint64_t& word : words)
            word = static_cast<std::uint64_t>((static_cast<Uint128>(1) << 104) % word);
        const Vector fold = load_words(words);
        fold_ = {fold & low_bits, fold >> 52};
        // n shifted into [2^64, 2^65): every residue is below it, since n + 2^54 is.
        const Vector shift = leading_zeros(n) + 1;
        offset_ = {(n << shift) & low_bits, shift > 52 ? n << (shift - 52) : n >> (52 - shift)};
    }

    /// The form of any x < 2^64.
    Limbs form(Vector x) const { return multiply({x & low_bits, x >> 52}, fold_); }

    /// @pre a, b < 2^66
    Limbs multiply(const Limbs& a, const Limbs& b) const {
        // Columns of weight 1, 2^52 and 2^104; high limbs have 14 bits, so their product has no upper half.
        const Vector t2 = high_product(high_product(Vector{}, a.low, b.high), a.high, b.low) +
                          low_product(Vector{}, a.high, b.high);
        const Vector t0 = low_product(column_0(), a.low, b.low);
        const Vector t1 = low_product(high_product(Vector{}, a.low, b.low), a.low, b.high);
        return reduce(t0, t1, low_product(Vector{}, a.high, b.low), t2);
    }

    Limbs square(const Limbs& a) const {
        const Vector twice_high = a.high + a.high;
        const Vector t2 = high_product(Vector{}, a.low, twice_high) + low_product(Vector{}, a.high, a.high);
        const Vector t0 = low_product(column_0(), a.low, a.low);
        return reduce(t0, high_product(Vector{}, a.low, a.low), low_product(Vector{}, a.low, twice_high), t2);
    }

    /// x taken out of its form, in 0..n-1. @pre n >= 2^16
    Vector value(const Limbs& x) const {
        // At most n + 2^14, for x < 2^66.
        const Vector v = to_word(reduce(column_0() + x.low, x.high, Vector{}, Vector{}));
        return v >= modulus_ ? v - modulus_ : v;
    }

    /// A 64-bit number congruent to x, x < 2^65.
    Vector to_word(const Limbs& x) const {
        const Vector word = x.low + (x.high << 52);
        return x.high >> 12 == 0 ? word : word - modulus_;
    }

    Limbs add(const Limbs& a, const Limbs& b) const {
        const Vector low = a.low + b.low;
        return {low, a.high + b.high + (low >> 52)};
    }

    Limbs subtract(const Limbs& a, const Limbs& b) const {
        const Vector low = a.low - b.low + offset_.low;
        const Vector high = a.high - b.high + offset_.high;
        return {low, high + shift_right_signed(low, 52)};
    }

private:
    /// (t0 - column_0() + (t1 + u1) * 2^52 + t2 * 2^104) / 2^52 modulo n.
    ///
    /// t2 < 2^30 is folded down with 2^104 mod n, which leaves a t < 2^52 * 2^54. One Montgomery step adds
    /// the m * n with m < 2^52 that makes t a multiple of 2^52: the result is below 2^54 + n. Column 0 is
    /// then 2^52 times its own sum's upper bits rounded up, so it need not be added.
    Limbs reduce(Vector t0, Vector t1, Vector u1, Vector t2) const {
        t0 = low_product(t0, t2, fold_.low);
        t1 = high_product(t1, t2, fold_.low);
        u1 = low_product(u1, t2, fold_.high) + (t0 >> 52);
        // t0 is 1 less than the column modulo 2^52: one more -1/n.
        const Vector m = low_product(minus_inverse_, t0, minus_inverse_);
        const Vector low = high_product(t1, m, n_.low) + low_product(u1, m, n_.high);
        return {low & low_bits, high_product(Vector{}, m, n_.high) + (low >> 52)};
    }

    Vector modulus_;
    Limbs n_;
    Vector minus_inverse_;  // of n mod 2^64
    Limbs fold_;
    Limbs offset_;
};

Vector select(SignedVector condition, Vector a, Vector b) { return condition != 0 ? a : b; }
Limbs select(SignedVector condition, const Limbs& a, const Limbs& b) {
    return {select(condition, a.low, b.low), select(condition, a.high, b.high)};
}

/// Residues of an odd modulus below 2^50 in one limb: x * 2^52 mod n, in 0..n-1; sums are below 2n.
class WordModulus {
public:
    using Residue = Vector;

    void load(Vector n) {
        n_ = n;
        minus_inverse_ = 0 - inverse_mod_2_64(n);
        // 2^52 - q * n for the nearest q, at most n / 2 off zero: exact in double precision.
        const __m512d radix = _mm512_set1_pd(0x1p52);
        const __m512d divisor = _mm512_maskz_cvtepu64_pd(0xFF, reinterpret_cast<__m512i>(n));
        const __m512d quotient =
            _mm512_maskz_roundscale_pd(0xFF, _mm512_div_pd(radix, divisor), _MM_FROUND_TO_NEAREST_INT);
        const auto rest = reinterpret_cast<Vector>(
            _mm512_maskz_cvtpd_epi64(0xFF, _mm512_fnmadd_pd(quotient, divisor, radix)));
        const Vector one = below_n(rest + n);
        // Form of 2 ^ (1, 3, 6, 13, 26, 52), the bits of 52 from the top: 2^52's form is 2^104 mod n.
        const auto twice = [&](Vector x) { return below_n(add(x, x)); };
        square_of_radix_ = square(square(twice(square(square(twice(square(twice(one))))))));
        cube_of_radix_ = square(square_of_radix_);
    }

    /// The form of any x < 2^64.
    Vector form(Vector x) const {
        return below_n(add(multiply(x & low_bits, square_of_radix_), multiply(x >> 52, cube_of_radix_)));
    }

    Vector value(Vector x) const { return multiply(x, Vector{} + 1); }
    Vector to_word(Vector x) const { return x; }

    /// @pre a * b < 2^52 * n, as for sums of residues: (2n)^2 < 2^52 * n
    Vector multiply(Vector a, Vector b) const {
        const Vector t0 = low_product(column_0(), a, b);
        // t0 is 1 less than the low product modulo 2^52: one more -1/n.
        const Vector m = low_product(minus_inverse_, t0, minus_inverse_);
        // (a * b + m * n) / 2^52 < 2n
        return below_n(high_product(high_product(Vector{}, a, b), m, n_) + (t0 >> 52));
    }
    Vector square(Vector a) const { return multiply(a, a); }
    Vector add(Vector a, Vector b) const { return a + b; }
    Vector subtract(Vector a, Vector b) const { return a - b + n_; }

private:
    /// @pre x < 2n
    Vector below_n(Vector x) const {
        const Vector less = x - n_;
        return x < less ? x : less;
    }

    Vector n_;
    Vector minus_inverse_;  // of n mod 2^64
    Vector square_of_radix_;
    Vector cube_of_radix_;
};

/// Several vectors side by side: a product waits for itself, and others can start meanwhile.
template <class Modulus, std::size_t vectors>
class VectorField {
public:
    static constexpr std::size_t width = vectors * lanes_per_vector;
    using Residue = typename Modulus::Residue;
    struct Element {
        Residue part[vectors];
    };

    explicit VectorField(const std::uint64_t* n) {
        for (std::size_t v = 0; v < vectors; ++v) moduli_[v].load(load_words(n + v * lanes_per_vector));
    }
    const Modulus& modulus(std::size_t v) const { return moduli_[v]; }

    Element load(const std::uint64_t* x) const {
        return each([&](std::size_t v) { return moduli_[v].form(load_words(x + v * lanes_per_vector)); });
    }
    Element multiply(const Element& a, const Element& b) const {
        return each([&](std::size_t v) { return moduli_[v].multiply(a.part[v], b.part[v]); });
    }
    Element square(const Element& a) const {
        return each([&](std::size_t v) { return moduli_[v].square(a.part[v]); });
    }
    Element add(const Element& a, const Element& b) const {
        return each([&](std::size_t v) { return moduli_[v].add(a.part[v], b.part[v]); });
    }
    Element subtract(const Element& a, const Element& b) const {
        return each([&](std::size_t v) { return moduli_[v].subtract(a.part[v], b.part[v]); });
    }

private:
    template <class F>
    static Element each(F f) {
        Element result;
#pragma GCC unroll 4
        for (std::size_t v = 0; v < vectors; ++v) result.part[v] = f(v);
        return result;
    }

    Modulus moduli_[vectors];
};

}  // namespace
}  // namespace factorize::numbers

#endif
