#include "numbers/lane_kernels.hpp"

#include "numbers/simd_level.hpp"

namespace factorize::numbers {

const LaneKernels& lane_kernels() {
    static const LaneKernels& chosen = []() -> const LaneKernels& {
        const LaneKernels* const avx512 = simd_level() == SimdLevel::avx512 ? avx512_lanes() : nullptr;
        return avx512 != nullptr ? *avx512 : portable_lanes();
    }();
    return chosen;
}

}  // namespace factorize::numbers
