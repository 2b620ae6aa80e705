// The lane kernels with AVX-512 IFMA. Compiled for such CPUs only, so it includes no code that other files
// could come to share.
#include "numbers/avx512_fields.hpp"
#include "numbers/ecm_curve.hpp"
#include "numbers/lane_kernels.hpp"

namespace factorize::numbers {

#if defined(__AVX512IFMA__) && defined(__AVX512CD__) && defined(__AVX512DQ__)

namespace {

/// Vectors in turn, measured: a wide product takes 25 cycles and another can start every 7, a narrow one 15
/// and 2; more vectors no longer fit the registers.
using WideField = VectorField<LimbsModulus, 2>;
using NarrowField = VectorField<WordModulus, 4>;

/// gcd of each lane's a and odd b, by halving (J. Stein, J. Comp. Phys. 1, 1967). gcd(0, b) = b.
Vector gcd(Vector a, Vector b) {
    const auto is_zero = [](Vector x) {
        return _mm512_test_epi64_mask(reinterpret_cast<__m512i>(x), reinterpret_cast<__m512i>(x)) == 0;
    };
    while (!is_zero(a)) {
        // 63 - leading zeros of the lowest set bit is its place; for a = 0 the shift is by -1.
        const Vector place = 63 - leading_zeros(a & -a);
        const Vector odd = a == 0 ? a : a >> place;
        const Vector less = odd < b ? odd : b;
        const Vector more = odd < b ? b : odd;
        b = a == 0 ? b : less;
        a = a == 0 ? a : more - less;
    }
    return b;
}

template <class Field>
void gcds(const Field& field, const typename Field::Element& x, const std::uint64_t* n,
          std::uint64_t* divisors) {
    for (std::size_t i = 0; i < Field::width; i += lanes_per_vector) {
        const std::size_t v = i / lanes_per_vector;
        store(divisors + i, gcd(field.modulus(v).to_word(x.part[v]), load_words(n + i)));
    }
}

template <class Field>
void run_curves(const EcmPlan& plan, const std::uint64_t* n, const SuyamaCurve* const* curves,
                std::uint64_t* divisors) {
    const Field field(n);
    EcmCurve<Field> curve(field, curves);
    const auto after_one = curve.stage_one(plan);
    const auto after_two = curve.stage_two(plan);
    gcds(field, field.multiply(after_one, after_two), n, divisors);
    bool found_all = false;
    for (std::size_t i = 0; i < Field::width; ++i) found_all = found_all || divisors[i] == n[i];
    if (!found_all) return;
    std::uint64_t early[Field::width];
    gcds(field, after_one, n, early);
    for (std::size_t i = 0; i < Field::width; ++i)
        if (divisors[i] == n[i] && early[i] != 1) divisors[i] = early[i];
}

/// base^odd for each lane, two bits of the exponents at a time. @param bits  of the longest exponent
template <class Field>
typename Field::Element power_of(const Field& field, const std::uint64_t* bases, const std::uint64_t* odds,
                                 int bits) {
    std::uint64_t ones[Field::width];
    for (std::uint64_t& one : ones) one = 1;
    const auto one = field.load(ones);
    const auto base = field.load(bases);
    const auto square = field.square(base);
    const auto cube = field.multiply(square, base);
    auto power = one;
    for (int bit = (bits - 1) & ~1; bit >= 0; bit -= 2) {
        auto factor = one;
        for (std::size_t i = 0; i < Field::width; i += lanes_per_vector) {
            const std::size_t v = i / lanes_per_vector;
            const Vector digit = load_words(odds + i) >> bit;
            const auto low = reinterpret_cast<SignedVector>(digit & 1);
            const auto high = reinterpret_cast<SignedVector>(digit & 2);
            factor.part[v] = select(high, select(low, cube.part[v], square.part[v]),
                                    select(low, base.part[v], one.part[v]));
        }
        power = field.multiply(field.square(field.square(power)), factor);
    }
    return power;
}

template <class Field>
void strong_tests(const std::uint64_t* n, const std::uint64_t* bases, bool* passed) {
    std::uint64_t odds[Field::width];
    int twos[Field::width];
    int most_twos = 0;
    int most_bits = 0;
    for (std::size_t i = 0; i < Field::width; ++i) {
        twos[i] = __builtin_ctzll(n[i] - 1);
        odds[i] = (n[i] - 1) >> twos[i];
        const int bits = 64 - __builtin_clzll(odds[i]);
        if (twos[i] > most_twos) most_twos = twos[i];
        if (bits > most_bits) most_bits = bits;
    }
    const Field field(n);
    auto power = power_of(field, bases, odds, most_bits);
    for (int step = 0; step < most_twos; ++step) {
        if (step > 0) power = field.square(power);
        std::uint64_t values[Field::width];
        for (std::size_t i = 0; i < Field::width; i += lanes_per_vector) {
            const std::size_t v = i / lanes_per_vector;
            store(values + i, field.modulus(v).value(power.part[v]));
        }
        for (std::size_t i = 0; i < Field::width; ++i) {
            if (step == 0)
                passed[i] =
                    values[i] == 1 || values[i] == n[i] - 1 || (values[i] == 0 && bases[i] % n[i] == 0);
            else if (step < twos[i])
                passed[i] = passed[i] || values[i] == n[i] - 1;
        }
    }
}

}  // namespace

const LaneKernels* avx512_lanes() {
    static constexpr LaneKernels kernels{
        .name = "avx512",
        .narrow = {NarrowField::width, run_curves<NarrowField>, strong_tests<NarrowField>},
        .wide = {WideField::width, run_curves<WideField>, strong_tests<WideField>}};
    const bool runs = __builtin_cpu_supports("avx512ifma") && __builtin_cpu_supports("avx512dq") &&
                      __builtin_cpu_supports("avx512cd");
    return runs ? &kernels : nullptr;
}

#else

const LaneKernels* avx512_lanes() { return nullptr; }

#endif

}  // namespace factorize::numbers
