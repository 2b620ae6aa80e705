#include "numbers/simd_level.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdlib>

namespace factorize::numbers {
namespace {

constexpr std::array<std::string_view, 3> names{"portable", "avx2", "avx512"};

SimdLevel of_the_machine() {
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl"))
        return SimdLevel::avx512;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return SimdLevel::avx2;
#endif
    return SimdLevel::portable;
}

SimdLevel upper_bound() {
    const char* const wish = std::getenv("FACTORIZE_SIMD");
    for (const SimdLevel level : {SimdLevel::portable, SimdLevel::avx2})
        if (wish != nullptr && wish == name(level)) return level;
    return SimdLevel::avx512;
}

}  // namespace

SimdLevel simd_level() {
    static const SimdLevel level = std::min(of_the_machine(), upper_bound());
    return level;
}

std::optional<std::string> simd_complaint() {
    const char* const wish = std::getenv("FACTORIZE_SIMD");
    if (wish == nullptr || *wish == '\0' || std::ranges::find(names, wish) != names.end())
        return std::nullopt;
    return "FACTORIZE_SIMD is '" + std::string(wish) + "': set it to portable, avx2 or avx512, or unset it";
}

std::string_view name(SimdLevel level) { return names[static_cast<std::size_t>(level)]; }

}  // namespace factorize::numbers
