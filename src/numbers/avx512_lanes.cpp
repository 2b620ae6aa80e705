// The lane kernels with AVX-512 IFMA: 52 x 52 -> 104 bits, eight lanes an instruction. Compiled for such CPUs
// only, so it includes no code that other files could come to share.
#include "numbers/lane_kernels.hpp"

#if defined(__AVX512IFMA__) && defined(__AVX512CD__) && defined(__AVX512DQ__)

#include <immintrin.h>

#include "numbers/ecm_curve.hpp"
#include "numbers/uint128.hpp"

namespace factorize::numbers {
namespace {

/// Operators act lane by lane.
using Vector = std::uint64_t __attribute__((vector_size(64)));
using SignedVector = std::int64_t __attribute__((vector_size(64)));

constexpr std::size_t lanes_per_vector = 8;
constexpr std::size_t vectors = 2;

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
    void load(const std::uint64_t* n) {
        std::uint64_t inverse[lanes_per_vector];
        std::uint64_t square[lanes_per_vector];
        std::uint64_t offset_low[lanes_per_vector];
        std::uint64_t offset_high[lanes_per_vector];
        for (std::size_t i = 0; i < lanes_per_vector; ++i) {
            std::uint64_t x = (3 * n[i]) ^ 2;  // as in inverse_mod_2_64()
            for (int step = 0; step < 4; ++step) x *= 2 - n[i] * x;
            inverse[i] = 0 - x;
            square[i] = static_cast<std::uint64_t>((static_cast<Uint128>(1) << 104) % n[i]);
            // The multiple of n that lies in [2^64, 2^65).
            const int shift = __builtin_clzll(n[i]) + 1;
            offset_low[i] = shift < 64 ? n[i] << shift & low_bits : 0;
            offset_high[i] = shift > 52 ? n[i] << (shift - 52) : n[i] >> (52 - shift);
        }
        const Vector whole = load_words(n);
        n_ = {whole & low_bits, whole >> 52};
        minus_inverse_ = load_words(inverse);
        const Vector c = load_words(square);
        fold_ = {c & low_bits, c >> 52};
        offset_ = {load_words(offset_low), load_words(offset_high)};
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

    /// x taken out of its form, at most n + 2^14.
    Limbs from_form(const Limbs& x) const { return reduce(column_0() + x.low, x.high, Vector{}, Vector{}); }

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
    static constexpr std::uint64_t low_bits = (std::uint64_t{1} << 52) - 1;

    /// What column 0 starts with: then its upper bits are those of its sum rounded up.
    static Vector column_0() { return Vector{} + low_bits; }

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

    Limbs n_;
    Vector minus_inverse_;  // of n mod 2^64
    Limbs fold_;
    Limbs offset_;
};

/// Several vectors side by side: a product waits for itself about 40 cycles, and another can start every 7.
template <class Modulus, class Part>
class VectorField {
public:
    static constexpr std::size_t width = vectors * lanes_per_vector;
    struct Element {
        Part part[vectors];
    };

    explicit VectorField(const std::uint64_t* n) {
        for (std::size_t v = 0; v < vectors; ++v) moduli_[v].load(n + v * lanes_per_vector);
    }
    Element load(const std::uint64_t* x) const {
        return each([&](std::size_t v) { return moduli_[v].form(load_words(x + v * lanes_per_vector)); });
    }
    Element multiply(const Element& a, const Element& b) const {
        return each([&](std::size_t v) { return moduli_[v].multiply(a.part[v], b.part[v]); });
    }
    Element square(const Element& a) const {
        return each([&](std::size_t v) { return moduli_[v].square(a.part[v]); });
    }
    Element from_form(const Element& x) const {
        return each([&](std::size_t v) { return moduli_[v].from_form(x.part[v]); });
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

using LimbsField = VectorField<LimbsModulus, Limbs>;

/// gcd of each lane's a and odd b, by halving (J. Stein, J. Comp. Phys. 1, 1967). gcd(0, b) = b.
Vector gcd(Vector a, Vector b) {
    const auto is_zero = [](Vector x) {
        return _mm512_test_epi64_mask(reinterpret_cast<__m512i>(x), reinterpret_cast<__m512i>(x)) == 0;
    };
    while (!is_zero(a)) {
        // 63 - leading zeros of the lowest set bit is its place; for a = 0, shifting by -1 leaves 0.
        const auto lowest = reinterpret_cast<__m512i>(a & -a);
        const Vector place = 63 - reinterpret_cast<Vector>(_mm512_maskz_lzcnt_epi64(0xFF, lowest));
        a = reinterpret_cast<Vector>(
            _mm512_maskz_srlv_epi64(0xFF, reinterpret_cast<__m512i>(a), reinterpret_cast<__m512i>(place)));
        const Vector less = a < b ? a : b;
        const Vector more = a < b ? b : a;
        b = a == 0 ? b : less;
        a = a == 0 ? a : more - less;
    }
    return b;
}

/// A 64-bit number congruent to x, x < 2^65, modulo n.
Vector to_word(const Limbs& x, Vector n) {
    const Vector word = x.low + (x.high << 52);
    return x.high >> 12 == 0 ? word : word - n;
}

void gcds(const LimbsField::Element& x, const std::uint64_t* n, std::uint64_t* divisors) {
    for (std::size_t v = 0; v < vectors; ++v) {
        const Vector modulus = load_words(n + v * lanes_per_vector);
        store(divisors + v * lanes_per_vector, gcd(to_word(x.part[v], modulus), modulus));
    }
}

void run_curves(const EcmPlan& plan, const std::uint64_t* n, const SuyamaCurve* const* curves,
                std::uint64_t* divisors) {
    const LimbsField field(n);
    EcmCurve<LimbsField> curve(field, curves);
    const LimbsField::Element after_one = curve.stage_one(plan);
    const LimbsField::Element after_two = curve.stage_two(plan);
    gcds(field.multiply(after_one, after_two), n, divisors);
    bool found_all = false;
    for (std::size_t i = 0; i < LimbsField::width; ++i) found_all = found_all || divisors[i] == n[i];
    if (!found_all) return;
    std::uint64_t early[LimbsField::width];
    gcds(after_one, n, early);
    for (std::size_t i = 0; i < LimbsField::width; ++i)
        if (divisors[i] == n[i] && early[i] != 1) divisors[i] = early[i];
}

Limbs select(SignedVector condition, const Limbs& a, const Limbs& b) {
    return {condition != 0 ? a.low : b.low, condition != 0 ? a.high : b.high};
}

void strong_tests(const std::uint64_t* n, const std::uint64_t* bases, bool* passed) {
    const LimbsField field(n);
    constexpr std::size_t width = LimbsField::width;
    std::uint64_t ones[width];
    std::uint64_t odds[width];
    int most_twos = 0;
    int most_bits = 0;
    std::uint64_t twos[width];
    for (std::size_t i = 0; i < width; ++i) {
        ones[i] = 1;
        const int count = __builtin_ctzll(n[i] - 1);
        twos[i] = static_cast<std::uint64_t>(count);
        odds[i] = (n[i] - 1) >> count;
        const int bits = 64 - __builtin_clzll(odds[i]);
        if (count > most_twos) most_twos = count;
        if (bits > most_bits) most_bits = bits;
    }
    // Two bits of the exponent at a time.
    const auto one = field.load(ones);
    const auto base = field.load(bases);
    const auto base_2 = field.square(base);
    const auto base_3 = field.multiply(base_2, base);
    auto power = one;
    for (int bit = (most_bits - 1) & ~1; bit >= 0; bit -= 2) {
        power = field.square(field.square(power));
        LimbsField::Element factor;
        for (std::size_t v = 0; v < vectors; ++v) {
            const Vector digit = load_words(odds + v * lanes_per_vector) >> bit;
            const auto bit_0 = reinterpret_cast<SignedVector>(digit & 1);
            const auto bit_1 = reinterpret_cast<SignedVector>(digit & 2);
            factor.part[v] = select(bit_1, select(bit_0, base_3.part[v], base_2.part[v]),
                                    select(bit_0, base.part[v], one.part[v]));
        }
        power = field.multiply(power, factor);
    }
    for (std::size_t i = 0; i < width; ++i) passed[i] = false;
    for (int step = 0; step < most_twos; ++step) {
        if (step > 0) power = field.square(power);
        const auto plain = field.from_form(power);
        for (std::size_t v = 0; v < vectors; ++v) {
            std::uint64_t values[lanes_per_vector];
            const Vector modulus = load_words(n + v * lanes_per_vector);
            const Vector word = to_word(plain.part[v], modulus);
            store(values, word >= modulus ? word - modulus : word);
            for (std::size_t j = 0; j < lanes_per_vector; ++j) {
                const std::size_t i = v * lanes_per_vector + j;
                if (static_cast<std::uint64_t>(step) >= twos[i]) continue;
                // 0: n divides the base.
                passed[i] = passed[i] || values[j] == n[i] - 1 || (step == 0 && values[j] <= 1);
            }
        }
    }
}

}  // namespace

const LaneKernels* avx512_lanes() {
    static constexpr LaneKernels kernels{"avx512", LimbsField::width, run_curves, strong_tests};
    return __builtin_cpu_supports("avx512ifma") && __builtin_cpu_supports("avx512dq") &&
                   __builtin_cpu_supports("avx512cd")
               ? &kernels
               : nullptr;
}

}  // namespace factorize::numbers

#else

namespace factorize::numbers {
const LaneKernels* avx512_lanes() { return nullptr; }
}  // namespace factorize::numbers

#endif
