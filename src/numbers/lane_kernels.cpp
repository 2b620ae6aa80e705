#include "numbers/lane_kernels.hpp"

#include <cstdlib>
#include <string_view>

namespace factorize::numbers {

const LaneKernels& lane_kernels() {
    static const LaneKernels& chosen = [&]() -> const LaneKernels& {
        const char* const asked = std::getenv("FACTORIZE_SIMD");
        if (asked != nullptr && std::string_view(asked) == portable_lanes().name) return portable_lanes();
        const LaneKernels* const avx512 = avx512_lanes();
        return avx512 != nullptr ? *avx512 : portable_lanes();
    }();
    return chosen;
}

}  // namespace factorize::numbers
