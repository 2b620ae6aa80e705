// Several doubles or 64-bit integers side by side: the little that differs between kinds of CPU.
//
// How one source becomes code for several CPUs in one program: a kernel's header is included by one source
// file for each kind, which first defines
//
//     FACTORIZE_TARGET   the attribute that allows the CPU's instructions,
//     FACTORIZE_LANES    how many lanes: 4 for AVX2 and FMA, 8 for AVX-512 F, DQ, BW and VL.
//
// Functions carry the attribute one by one and live in an unnamed namespace. So nothing compiled for a better
// CPU can be picked by the linker for the whole program, as happens to inline functions when a whole file is
// compiled for that CPU.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#ifndef FACTORIZE_TARGET
#define FACTORIZE_TARGET [[gnu::target("avx2,fma")]]
#define FACTORIZE_LANES 4
#endif
/// For the pieces of a kernel: vectors must stay in registers.
#define FACTORIZE_INLINE FACTORIZE_TARGET [[gnu::always_inline]] inline

#include <immintrin.h>

namespace factorize::numbers {
namespace {

constexpr std::size_t lanes = FACTORIZE_LANES;
typedef double Real __attribute__((vector_size(8 * FACTORIZE_LANES)));
typedef std::uint64_t Int __attribute__((vector_size(8 * FACTORIZE_LANES)));

#if FACTORIZE_LANES == 8

using Mask = __mmask8;

FACTORIZE_INLINE Mask less(Real a, Real b) { return _mm512_cmp_pd_mask(a, b, _CMP_LT_OQ); }
FACTORIZE_INLINE Mask at_most(Real a, Real b) { return _mm512_cmp_pd_mask(a, b, _CMP_LE_OQ); }
FACTORIZE_INLINE Mask negative(Int a) { return _mm512_movepi64_mask(reinterpret_cast<__m512i>(a)); }
FACTORIZE_INLINE Mask both(Mask a, Mask b) { return _kand_mask8(a, b); }
FACTORIZE_INLINE Mask either(Mask a, Mask b) { return _kor_mask8(a, b); }
/// a and not b
FACTORIZE_INLINE Mask except(Mask a, Mask b) { return _kandn_mask8(b, a); }
FACTORIZE_INLINE bool any(Mask mask) { return mask != 0; }
FACTORIZE_INLINE std::size_t count(Mask mask) { return static_cast<std::size_t>(std::popcount(mask)); }

FACTORIZE_INLINE Real select(Mask mask, Real yes, Real no) { return _mm512_mask_blend_pd(mask, no, yes); }
FACTORIZE_INLINE Int keep(Mask mask, Int a) {
    return reinterpret_cast<Int>(_mm512_maskz_mov_epi64(mask, reinterpret_cast<__m512i>(a)));
}

FACTORIZE_INLINE Real floor(Real a) {
    return _mm512_maskz_roundscale_pd(0xFF, a, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC);
}

/// 1 / a and sqrt(a), relative error below 2^-11. @pre 0 < a < 2^120
FACTORIZE_INLINE Real roughly_inverse(Real a) { return _mm512_maskz_rcp14_pd(0xFF, a); }
FACTORIZE_INLINE Real rough_sqrt(Real a) {
    return a * reinterpret_cast<Real>(_mm512_maskz_rsqrt14_pd(0xFF, a));
}
FACTORIZE_INLINE Real smaller(Real a, Real b) { return _mm512_maskz_min_pd(0xFF, a, b); }
FACTORIZE_INLINE Real greater(Real a, Real b) { return _mm512_maskz_max_pd(0xFF, a, b); }

/// Writes the chosen lanes, and anything behind them up to out[lanes - 1].
FACTORIZE_INLINE void compress(Mask mask, Real a, double* out) {
    _mm512_storeu_pd(out, _mm512_maskz_compress_pd(mask, a));
}

#else

typedef std::int64_t Mask __attribute__((vector_size(8 * FACTORIZE_LANES)));  // 0 or -1

FACTORIZE_INLINE Mask less(Real a, Real b) { return a < b; }
FACTORIZE_INLINE Mask at_most(Real a, Real b) { return a <= b; }
FACTORIZE_INLINE Mask negative(Int a) { return reinterpret_cast<Mask>(a) < 0; }
FACTORIZE_INLINE Mask both(Mask a, Mask b) { return a & b; }
FACTORIZE_INLINE Mask either(Mask a, Mask b) { return a | b; }
FACTORIZE_INLINE Mask except(Mask a, Mask b) { return a & ~b; }
FACTORIZE_INLINE std::size_t bits(Mask mask) {
    return static_cast<std::size_t>(_mm256_movemask_pd(reinterpret_cast<Real>(mask)));
}
FACTORIZE_INLINE bool any(Mask mask) { return bits(mask) != 0; }
FACTORIZE_INLINE std::size_t count(Mask mask) { return static_cast<std::size_t>(std::popcount(bits(mask))); }

FACTORIZE_INLINE Real select(Mask mask, Real yes, Real no) {
    return _mm256_blendv_pd(no, yes, reinterpret_cast<Real>(mask));
}
FACTORIZE_INLINE Int keep(Mask mask, Int a) { return reinterpret_cast<Int>(mask) & a; }

FACTORIZE_INLINE Real floor(Real a) { return _mm256_floor_pd(a); }
FACTORIZE_INLINE Real roughly_inverse(Real a) { return _mm256_cvtps_pd(_mm_rcp_ps(_mm256_cvtpd_ps(a))); }
FACTORIZE_INLINE Real rough_sqrt(Real a) {
    return a * reinterpret_cast<Real>(_mm256_cvtps_pd(_mm_rsqrt_ps(_mm256_cvtpd_ps(a))));
}
FACTORIZE_INLINE Real smaller(Real a, Real b) { return _mm256_min_pd(a, b); }
FACTORIZE_INLINE Real greater(Real a, Real b) { return _mm256_max_pd(a, b); }

/// For each mask, where the 32-bit halves of the result come from.
struct Compression {
    alignas(32) std::uint32_t from[16][8];
};
constexpr Compression compression = [] {
    Compression result{};
    for (std::uint32_t mask = 0; mask < 16; ++mask)
        for (std::uint32_t lane = 0, to = 0; lane < 4; ++lane)
            if ((mask >> lane & 1) != 0) {
                result.from[mask][to++] = 2 * lane;
                result.from[mask][to++] = 2 * lane + 1;
            }
    return result;
}();

FACTORIZE_INLINE void compress(Mask mask, Real a, double* out) {
    const auto* const from = reinterpret_cast<const __m256i*>(compression.from[bits(mask)]);
    const __m256 packed = _mm256_permutevar8x32_ps(reinterpret_cast<__m256>(a), _mm256_load_si256(from));
    _mm256_storeu_pd(out, reinterpret_cast<Real>(packed));
}

#endif

/// Exact for integers, |a| < 2^51: the sum holds the integer in its low bits.
FACTORIZE_INLINE Int to_int(Real a) {
    constexpr double shift = 0x1.8p52;
    return reinterpret_cast<Int>(a + shift) - std::bit_cast<std::uint64_t>(shift);
}

FACTORIZE_INLINE Real load(const double* from) {
    Real result;
    __builtin_memcpy(&result, from, sizeof result);
    return result;
}

FACTORIZE_INLINE std::uint64_t sum(Int a) {
    std::uint64_t total = 0;
    for (std::size_t i = 0; i < lanes; ++i) total += a[i];
    return total;
}

}  // namespace
}  // namespace factorize::numbers
