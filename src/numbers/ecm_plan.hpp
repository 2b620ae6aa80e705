// What one elliptic curve does: the same steps for every number, so that SIMD lanes can share them.
#pragma once

#include <cstddef>
#include <cstdint>

namespace factorize::numbers {

/// A step of a Lucas chain on (A, B, C) with C = A - B, while the target is d * A + e * B.
///
/// The rules are those of P. L. Montgomery's PRAC ("Evaluating recurrences of form X_{m+n} = f(X_m, X_n,
/// X_{m-n}) via Lucas chains", 1992) that measured as useful.
enum class ChainStep : std::uint8_t {
    double_p,    ///< P = 2P
    begin,       ///< A = 2P, B = C = P
    subtract,    ///< (d - e, e): B = A + B, C = old B
    halve_both,  ///< ((d - e) / 2, e): B = A + B, A = 2A
    halve_d,     ///< (d / 2, e): C = A + C, A = 2A
    halve_e,     ///< (d, e / 2): C = C - B, B = 2B
    swap,        ///< (e, d)
    end,         ///< (1, 1): P = A + B
};

/// One factor of the second stage's product: giant step * stage_two_step +- baby.
struct StagePair {
    std::uint8_t giant;  ///< index of a giant step; the multiple of stage_two_step is one more
    std::uint8_t baby;   ///< index among the babies
};

/// A curve finds the prime p when the order of its point mod p divides stage one's multiplier times 1 or one
/// prime that a pair covers. Plain pointers: the kernels that read it are compiled for single CPUs and must
/// not share inline functions with the rest.
struct EcmPlan {
    const ChainStep* steps;
    std::size_t step_count;
    unsigned stage_two_step;     ///< D, a multiple of 6
    const std::uint8_t* babies;  ///< the j < D / 2 prime to D, ascending
    std::size_t baby_count;
    std::size_t giant_count;
    const StagePair* pairs;
    std::size_t pair_count;

    static constexpr std::size_t max_babies = 24;  // phi(210) / 2
    static constexpr std::size_t max_giants = 48;  // 48 * 210 = 10080
    static constexpr std::size_t max_step = 210;
};

/// Plans for a least prime factor of about 20, 26 and 32 bits, each the cheapest for it: see ecm_plan.cpp.
inline constexpr std::size_t ecm_plan_count = 3;
[[nodiscard]] const EcmPlan& ecm_plan(std::size_t index);

/// Suyama's curve of parameter sigma (P. Zimmermann and B. Dodson, "20 years of ECM", 2006), whose order is a
/// multiple of 12: all its coefficients as integers, so that it costs no division.
struct SuyamaCurve {
    std::uint64_t x;  ///< the starting point's x : z
    std::uint64_t z;
    std::uint64_t numerator;  ///< (A + 2) / 4 = -numerator / denominator
    std::uint64_t denominator;
};

/// Any index: a number that has tried so many curves needs another method.
inline constexpr std::size_t suyama_curve_count = 128;
[[nodiscard]] const SuyamaCurve& suyama_curve(std::size_t index);

}  // namespace factorize::numbers
