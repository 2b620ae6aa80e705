// The kernels that work on several numbers at once, one a lane, as the CPU allows.
#pragma once

#include <cstddef>
#include <cstdint>

#include "numbers/ecm_plan.hpp"

namespace factorize::numbers {

/// Kernels for moduli of some size.
struct LaneKernel {
    /// Each call does so many numbers, at most max_lanes; unused lanes must repeat another.
    std::size_t lanes;

    /// divisors[i] = a divisor of n[i], mostly 1, found by plan on curves[i]. @pre n[i] odd, >= 3
    void (*run_curves)(const EcmPlan& plan, const std::uint64_t* n, const SuyamaCurve* const* curves,
                       std::uint64_t* divisors);

    /// passed[i]: n[i] is a strong probable prime to bases[i], or divides it. @pre n[i] odd, >= 2^16
    /// nullptr: is_prime() is faster.
    void (*strong_tests)(const std::uint64_t* n, const std::uint64_t* bases, bool* passed);
};

/// The same answers on every level; only the speed differs.
struct LaneKernels {
    static constexpr std::uint64_t narrow_limit = std::uint64_t{1} << 50;

    const char* name;
    LaneKernel narrow;  ///< for n < narrow_limit
    LaneKernel wide;    ///< for any n

    [[nodiscard]] const LaneKernel& suiting(std::uint64_t n) const {
        return n < narrow_limit ? narrow : wide;
    }
};

inline constexpr std::size_t max_lanes = 32;

/// The fastest that this CPU can run and simd_level() allows.
[[nodiscard]] const LaneKernels& lane_kernels();

/// 64-bit scalar arithmetic: every CPU.
[[nodiscard]] const LaneKernels& portable_lanes();
/// AVX-512 with IFMA (Ice Lake, Zen 4 and later); nullptr where it was not compiled or cannot run.
[[nodiscard]] const LaneKernels* avx512_lanes();

}  // namespace factorize::numbers
