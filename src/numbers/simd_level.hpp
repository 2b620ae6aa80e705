// Which vector instructions the kernels may use on this machine.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace factorize::numbers {

/// Each level includes the ones before it.
enum class SimdLevel : std::uint8_t {
    portable,  ///< what the compiler's target guarantees
    avx2,      ///< AVX2 and FMA
    avx512,    ///< AVX-512 F, DQ, BW, VL
};

/// The best level of this CPU and operating system, but no better than the environment variable
/// FACTORIZE_SIMD (portable, avx2, avx512) has; anything else there is no bound. Read once, thread-safe.
[[nodiscard]] SimdLevel simd_level();

/// What is wrong with FACTORIZE_SIMD, for the user, if anything is. Empty, it is as good as unset.
[[nodiscard]] std::optional<std::string> simd_complaint();

/// As FACTORIZE_SIMD spells it.
[[nodiscard]] std::string_view name(SimdLevel level);

}  // namespace factorize::numbers
