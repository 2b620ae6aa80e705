// Which vector instructions the kernels may use on this machine.
#pragma once

#include <cstdint>
#include <string_view>

namespace factorize::numbers {

/// Each level includes the ones before it.
enum class SimdLevel : std::uint8_t {
    portable,  ///< what the compiler's target guarantees
    avx2,      ///< AVX2 and FMA
    avx512,    ///< AVX-512 F, DQ, BW, VL
};

/// The best level of this CPU and operating system, but no better than the environment variable
/// FACTORIZE_SIMD (portable, avx2, avx512; anything else is no bound). Read once, thread-safe.
[[nodiscard]] SimdLevel simd_level();

/// As FACTORIZE_SIMD spells it.
[[nodiscard]] std::string_view name(SimdLevel level);

}  // namespace factorize::numbers
