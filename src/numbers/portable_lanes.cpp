// The lane kernels in plain 64-bit arithmetic.
#include <bit>
#include <numeric>

#include "numbers/ecm_curve.hpp"
#include "numbers/lane_kernels.hpp"
#include "numbers/montgomery.hpp"

namespace factorize::numbers {
namespace {

/// Residues of one modulus, always below it.
class ScalarField {
public:
    static constexpr std::size_t width = 1;
    using Element = std::uint64_t;

    explicit ScalarField(const std::uint64_t* n) : mod_(*n), square_of_radix_(mod_.form(mod_.one())) {}

    Element load(const std::uint64_t* x) const { return mod_.multiply(*x, square_of_radix_); }
    Element multiply(Element a, Element b) const { return mod_.multiply(a, b); }
    Element square(Element a) const { return mod_.square(a); }
    Element add(Element a, Element b) const { return mod_.add(a, b); }
    Element subtract(Element a, Element b) const { return mod_.subtract(a, b); }

private:
    Montgomery mod_;
    std::uint64_t square_of_radix_;
};

void run_curves(const EcmPlan& plan, const std::uint64_t* n, const SuyamaCurve* const* curves,
                std::uint64_t* divisors) {
    const ScalarField field(n);
    EcmCurve<ScalarField> curve(field, curves);
    const std::uint64_t after_one = curve.stage_one(plan);
    divisors[0] = std::gcd(after_one, *n);
    if (divisors[0] != 1) return;
    divisors[0] = std::gcd(curve.stage_two(plan), *n);
}

void strong_tests(const std::uint64_t* n, const std::uint64_t* bases, bool* passed) {
    const Montgomery mod(*n);
    const int twos = std::countr_zero(*n - 1);
    const std::uint64_t odd = (*n - 1) >> twos;
    const std::uint64_t base = mod.form(bases[0]);
    passed[0] = base == 0;
    if (passed[0]) return;
    std::uint64_t power = base;
    for (int bit = 62 - std::countl_zero(odd); bit >= 0; --bit) {
        power = mod.square(power);
        if ((odd >> bit) & 1) power = mod.multiply(power, base);
    }
    passed[0] = power == mod.one() || power == mod.minus_one();
    for (int i = 1; i < twos && !passed[0]; ++i) {
        power = mod.square(power);
        passed[0] = power == mod.minus_one();
    }
}

}  // namespace

const LaneKernels& portable_lanes() {
    static constexpr LaneKernels kernels{"portable", 1, run_curves, strong_tests};
    return kernels;
}

}  // namespace factorize::numbers
