#include "numbers/simd_level.hpp"

#include <algorithm>
#include <cstdlib>
#include <string_view>

namespace factorize::numbers {
namespace {

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
    const char* const name = std::getenv("FACTORIZE_SIMD");
    if (name == nullptr) return SimdLevel::avx512;
    if (std::string_view(name) == "portable") return SimdLevel::portable;
    if (std::string_view(name) == "avx2") return SimdLevel::avx2;
    return SimdLevel::avx512;
}

}  // namespace

SimdLevel simd_level() {
    static const SimdLevel level = std::min(of_the_machine(), upper_bound());
    return level;
}

}  // namespace factorize::numbers
