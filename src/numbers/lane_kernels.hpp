// The kernels that work on several numbers at once, one a lane, as the CPU allows.
#pragma once

#include <cstddef>
#include <cstdint>

#include "numbers/ecm_plan.hpp"

namespace factorize::numbers {

/// The same results on every level; only the speed differs.
struct LaneKernels {
    const char* name;
    /// Each call does so many lanes, at most max_lanes; unused ones must repeat another.
    std::size_t lanes;

    /// divisors[i] = a divisor of n[i], mostly 1, found by plan on curves[i]. @pre n[i] odd, >= 3
    void (*run_curves)(const EcmPlan& plan, const std::uint64_t* n, const SuyamaCurve* const* curves,
                       std::uint64_t* divisors);

    /// passed[i]: n[i] is a strong probable prime to bases[i], or divides it. @pre n[i] odd, >= 2^16
    void (*strong_tests)(const std::uint64_t* n, const std::uint64_t* bases, bool* passed);
};

inline constexpr std::size_t max_lanes = 32;

/// The fastest that this CPU can run. The environment variable FACTORIZE_SIMD=portable|avx512 asks for
/// another (for tests and comparisons); what the CPU cannot run is ignored.
[[nodiscard]] const LaneKernels& lane_kernels();

/// 64-bit scalar arithmetic: every CPU.
[[nodiscard]] const LaneKernels& portable_lanes();
/// AVX-512 with IFMA (Ice Lake, Zen 4 and later); nullptr where it was not compiled or cannot run.
[[nodiscard]] const LaneKernels* avx512_lanes();

}  // namespace factorize::numbers
