// Sorted lists of 64-bit numbers merged by networks of minima and maxima: VectorExpander's, see there.
#pragma once

#if defined(__x86_64__)

#include <bit>
#include <cstddef>
#include <cstdint>

#include <immintrin.h>

#include "numbers/avx512_target.hpp"

namespace factorize::numbers {
namespace {

using Lanes = __m512i;
constexpr std::size_t width = 8;

FACTORIZE_AVX512_INLINE Lanes load(const void* p) { return _mm512_load_si512(p); }

/// Of the lanes first, first + 1, ...: those below end.
FACTORIZE_AVX512_INLINE __mmask8 below(std::size_t first, std::size_t end) {
    return first >= end ? __mmask8{0}
                        : static_cast<__mmask8>(end - first >= width ? 0xFF : (1U << (end - first)) - 1);
}

/// Where the steps' results go, a vector at a time: to the scratch lists, ...
struct ToScratch {
    void* out;

    FACTORIZE_AVX512_INLINE void operator()(std::size_t index, Lanes x) const {
        _mm512_store_si512(static_cast<char*>(out) + index * sizeof(Lanes), x);
    }
};

/// ... to the caller as the places 1..end-1 of a list, without its 1, ...
struct ToCaller {
    static constexpr bool takes_upper_half = true;
    std::uint64_t* out;
    std::size_t end;

    FACTORIZE_AVX512_INLINE void operator()(std::size_t index, Lanes x) const {
        const std::size_t first = index * width;
        __mmask8 mask = below(first, end);
        if (index == 0) mask &= 0xFE;
        _mm512_mask_storeu_epi64(out + first - 1, mask, x);
    }
};

/// ... or the same in 32 bits.
struct ToCallerNarrow {
    static constexpr bool takes_upper_half = false;
    std::uint32_t* out;
    std::size_t end;

    FACTORIZE_AVX512_INLINE void operator()(std::size_t index, Lanes x) const {
        const std::size_t first = index * width;
        __mmask8 mask = below(first, end);
        if (index == 0) mask &= 0xFE;
        _mm256_mask_storeu_epi32(out + first - 1, mask, _mm512_maskz_cvtepi64_epi32(mask, x));
    }
};

FACTORIZE_AVX512_INLINE ToCaller caller(std::uint64_t* out, std::size_t size) { return {out, size - 1}; }
FACTORIZE_AVX512_INLINE ToCallerNarrow caller(std::uint32_t* out, std::size_t size) {
    return {out, (size + 1) / 2};
}

FACTORIZE_AVX512_INLINE Lanes reverse(Lanes x) {
    return _mm512_maskz_permutexvar_epi64(0xFF, _mm512_setr_epi64(7, 6, 5, 4, 3, 2, 1, 0), x);
}

/// Sorts a bitonic vector.
FACTORIZE_AVX512_INLINE Lanes clean(Lanes x) {
    Lanes y = _mm512_maskz_shuffle_i64x2(0xFF, x, x, 0b01'00'11'10);
    x = _mm512_mask_max_epu64(_mm512_maskz_min_epu64(0xFF, x, y), 0b1111'0000, x, y);
    y = _mm512_maskz_permutex_epi64(0xFF, x, 0b01'00'11'10);
    x = _mm512_mask_max_epu64(_mm512_maskz_min_epu64(0xFF, x, y), 0b1100'1100, x, y);
    y = _mm512_maskz_shuffle_epi32(0xFFFF, x, _MM_PERM_BADC);
    return _mm512_mask_max_epu64(_mm512_maskz_min_epu64(0xFF, x, y), 0b1010'1010, x, y);
}

/// Sorts a bitonic sequence of so many vectors.
template <std::size_t count>
FACTORIZE_AVX512_INLINE void clean(Lanes* x) {
    if constexpr (count == 1) {
        x[0] = clean(x[0]);
    } else {
        constexpr std::size_t half = count / 2;
#pragma GCC unroll 8
        for (std::size_t i = 0; i < half; ++i) {
            const Lanes low = _mm512_maskz_min_epu64(0xFF, x[i], x[i + half]);
            x[i + half] = _mm512_maskz_max_epu64(0xFF, x[i], x[i + half]);
            x[i] = low;
        }
        clean<half>(x);
        clean<half>(x + half);
    }
}

template <std::size_t count, class Store>
FACTORIZE_AVX512_INLINE void clean_and_store(Lanes* x, std::size_t index, const Store& store) {
    clean<count>(x);
#pragma GCC unroll 8
    for (std::size_t i = 0; i < count; ++i) store(index + i, x[i]);
}

/// The same for so many that the registers do not hold them. @param x  is left in disorder
template <class Store>
FACTORIZE_AVX512 void clean_in_memory(void* x, std::size_t count, std::size_t index, const Store& store) {
    auto* const at = static_cast<Lanes*>(x);
    if (count == 8) {
        Lanes part[8];
        for (std::size_t i = 0; i < 8; ++i) part[i] = load(at + i);
        return clean_and_store<8>(part, index, store);
    }
    const std::size_t half = count / 2;
    for (std::size_t i = 0; i < half; ++i) {
        const Lanes low = load(at + i);
        const Lanes high = load(at + half + i);
        _mm512_store_si512(at + i, _mm512_maskz_min_epu64(0xFF, low, high));
        _mm512_store_si512(at + half + i, _mm512_maskz_max_epu64(0xFF, low, high));
    }
    clean_in_memory(at, half, index, store);
    clean_in_memory(at + half, half, index + half, store);
}

/// C = D(m * p^(j-1)) of c values and q * D(m) of t values, q = p^j, merged.
struct Step {
    const void* plain;
    std::size_t c;
    const void* scaled;
    std::size_t t;
    std::uint64_t q;

    [[nodiscard]] FACTORIZE_AVX512_INLINE Lanes plain_part(std::size_t i) const {
        return load(static_cast<const char*>(plain) + i * sizeof(Lanes));
    }
    [[nodiscard]] FACTORIZE_AVX512_INLINE Lanes scaled_part(std::size_t i) const {
        const Lanes x = load(static_cast<const char*>(scaled) + i * sizeof(Lanes));
        return _mm512_mask_mullo_epi64(_mm512_set1_epi64(-1), below(i * width, t), x,
                                       _mm512_set1_epi64(static_cast<std::int64_t>(q)));
    }
    /// Backwards, so that it makes a bitonic sequence with the plain ones.
    [[nodiscard]] FACTORIZE_AVX512_INLINE Lanes scaled_part_reversed(std::size_t i) const {
        return reverse(scaled_part(i));
    }
};

template <std::size_t count, bool upper_half, class Store>
FACTORIZE_AVX512_INLINE void merge_in_registers(const Step& step, const Store& store) {
    Lanes low[count];
    Lanes high[count];
#pragma GCC unroll 8
    for (std::size_t i = 0; i < count; ++i) {
        const Lanes a = step.plain_part(i);
        const Lanes b = step.scaled_part_reversed(count - 1 - i);
        low[i] = _mm512_maskz_min_epu64(0xFF, a, b);
        if constexpr (upper_half) high[i] = _mm512_maskz_max_epu64(0xFF, a, b);
    }
    clean_and_store<count>(low, 0, store);
    if constexpr (upper_half) clean_and_store<count>(high, count, store);
}

template <bool upper_half, class Store>
FACTORIZE_AVX512_INLINE void merge(const Step& step, void* scratch, const Store& store) {
    const std::size_t count = std::bit_ceil((step.c + width - 1) / width);
    switch (count) {
        case 1:
            return merge_in_registers<1, upper_half>(step, store);
        case 2:
            return merge_in_registers<2, upper_half>(step, store);
        case 4:
            return merge_in_registers<4, upper_half>(step, store);
        case 8:
            return merge_in_registers<8, upper_half>(step, store);
        default:
            break;
    }
    auto* const low = static_cast<Lanes*>(scratch);
    for (std::size_t i = 0; i < count; ++i) {
        const Lanes a = step.plain_part(i);
        const Lanes b = step.scaled_part_reversed(count - 1 - i);
        _mm512_store_si512(low + i, _mm512_maskz_min_epu64(0xFF, a, b));
        if constexpr (upper_half) _mm512_store_si512(low + count + i, _mm512_maskz_max_epu64(0xFF, a, b));
    }
    clean_in_memory(low, count, 0, store);
    if constexpr (upper_half) clean_in_memory(low + count, count, count, store);
}

}  // namespace
}  // namespace factorize::numbers

#endif
