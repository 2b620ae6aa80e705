#include "results/byte_shuffle.hpp"

#include <cassert>
#include <cstdint>

#include "numbers/avx512_target.hpp"
#include "numbers/simd_level.hpp"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace factorize::results {
namespace {

void shuffle_from(std::size_t first, std::span<const std::byte> in, std::size_t width, std::byte* out,
                  std::size_t stride) {
    const std::size_t count = in.size() / width;
    for (std::size_t i = first; i < count; ++i) {
        for (std::size_t k = 0; k < width; ++k) out[k * stride + i] = in[i * width + k];
    }
}

#if defined(__x86_64__)

constexpr std::size_t lanes = 16;  // bytes of one register: elements transposed at once

__m128i load(const std::byte* at) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at)); }
void store(std::byte* at, __m128i value) { _mm_storeu_si128(reinterpret_cast<__m128i*>(at), value); }

/// Interleaving the first half of the registers with the second, byte by byte, rotates the bits of a byte's
/// index (register, lane) by one. With 2^r registers of 16 lanes, four such rounds exchange the index of the
/// element (4 bits) with that of its byte (r bits): the transposition.
template <std::size_t width>
void transpose(const std::byte* in, std::byte* out, std::size_t stride) {
    __m128i rows[width];
    __m128i next[width];
    for (std::size_t k = 0; k < width; ++k) rows[k] = load(in + k * lanes);
    for (int round = 0; round < 4; ++round) {
        for (std::size_t k = 0; k < width / 2; ++k) {
            next[2 * k] = _mm_unpacklo_epi8(rows[k], rows[k + width / 2]);
            next[2 * k + 1] = _mm_unpackhi_epi8(rows[k], rows[k + width / 2]);
        }
        for (std::size_t k = 0; k < width; ++k) rows[k] = next[k];
    }
    for (std::size_t k = 0; k < width; ++k) store(out + k * stride, rows[k]);
}

template <std::size_t width>
std::size_t shuffle_whole_registers(std::span<const std::byte> in, std::byte* out, std::size_t stride) {
    const std::size_t count = in.size() / width;
    std::size_t i = 0;
    for (; i + lanes <= count; i += lanes) transpose<width>(in.data() + i * width, out + i, stride);
    return i;
}

constexpr std::size_t wide_lanes = 64;

/// The same in each of the four quarters of a register, 64 elements at once, but for the first round, which
/// brings the bytes of a quarter's own elements together. What is left is to put the pieces of the quarters
/// in order: quarter q of register k holds elements (64 / width) * k + (16 / width) * q and the ones behind.
FACTORIZE_AVX512 std::size_t shuffle_wide_8(std::span<const std::byte> in, std::byte* out,
                                            std::size_t stride) {
    const std::size_t count = in.size() / 8;
    const __m512i pairs = _mm512_maskz_broadcast_i32x4(
        0xFFFF, _mm_setr_epi8(0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15));
    alignas(64) constexpr std::uint16_t order[32] = {0,  8,  16, 24, 1,  9,  17, 25, 2,  10, 18,
                                                     26, 3,  11, 19, 27, 4,  12, 20, 28, 5,  13,
                                                     21, 29, 6,  14, 22, 30, 7,  15, 23, 31};
    const __m512i in_order = _mm512_load_si512(order);
    std::size_t i = 0;
    for (; i + wide_lanes <= count; i += wide_lanes) {
        __m512i a[8];
        __m512i b[8];
        for (std::size_t k = 0; k < 8; ++k)
            a[k] = _mm512_shuffle_epi8(_mm512_loadu_si512(in.data() + i * 8 + 64 * k), pairs);
        for (std::size_t k = 0; k < 8; k += 2) {
            b[k] = _mm512_unpacklo_epi16(a[k], a[k + 1]);      // bytes 0 to 3 of four elements
            b[k + 1] = _mm512_unpackhi_epi16(a[k], a[k + 1]);  // 4 to 7
        }
        for (std::size_t k = 0; k < 8; k += 4)
            for (std::size_t high = 0; high < 2; ++high) {
                a[k + 2 * high] = _mm512_maskz_unpacklo_epi32(0xFFFF, b[k + high], b[k + high + 2]);
                a[k + 2 * high + 1] = _mm512_maskz_unpackhi_epi32(0xFFFF, b[k + high], b[k + high + 2]);
            }
        for (std::size_t k = 0; k < 4; ++k) {
            b[2 * k] = _mm512_maskz_unpacklo_epi64(0xFF, a[k], a[k + 4]);
            b[2 * k + 1] = _mm512_maskz_unpackhi_epi64(0xFF, a[k], a[k + 4]);
        }
        for (std::size_t k = 0; k < 8; ++k)
            _mm512_storeu_si512(out + k * stride + i, _mm512_maskz_permutexvar_epi16(~0U, in_order, b[k]));
    }
    return i;
}

FACTORIZE_AVX512 std::size_t shuffle_wide_4(std::span<const std::byte> in, std::byte* out,
                                            std::size_t stride) {
    const std::size_t count = in.size() / 4;
    const __m512i quads = _mm512_maskz_broadcast_i32x4(
        0xFFFF, _mm_setr_epi8(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15));
    const __m512i in_order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
    std::size_t i = 0;
    for (; i + wide_lanes <= count; i += wide_lanes) {
        __m512i a[4];
        __m512i b[4];
        for (std::size_t k = 0; k < 4; ++k)
            a[k] = _mm512_shuffle_epi8(_mm512_loadu_si512(in.data() + i * 4 + 64 * k), quads);
        for (std::size_t k = 0; k < 4; k += 2) {
            b[k] = _mm512_maskz_unpacklo_epi32(0xFFFF, a[k], a[k + 1]);  // bytes 0 and 1 of eight elements
            b[k + 1] = _mm512_maskz_unpackhi_epi32(0xFFFF, a[k], a[k + 1]);  // 2 and 3
        }
        for (std::size_t k = 0; k < 2; ++k) {
            a[2 * k] = _mm512_maskz_unpacklo_epi64(0xFF, b[k], b[k + 2]);
            a[2 * k + 1] = _mm512_maskz_unpackhi_epi64(0xFF, b[k], b[k + 2]);
        }
        for (std::size_t k = 0; k < 4; ++k)
            _mm512_storeu_si512(out + k * stride + i, _mm512_maskz_permutexvar_epi32(0xFFFF, in_order, a[k]));
    }
    return i;
}

#endif

}  // namespace

void shuffle_bytes(std::span<const std::byte> in, std::size_t width, std::byte* out, std::size_t stride) {
    assert(in.size() % width == 0 && stride >= in.size() / width);
    std::size_t done = 0;
#if defined(__x86_64__)
    if (numbers::simd_level() == numbers::SimdLevel::avx512) {
        if (width == 8) done = shuffle_wide_8(in, out, stride);
        if (width == 4) done = shuffle_wide_4(in, out, stride);
    } else {
        if (width == 8) done = shuffle_whole_registers<8>(in, out, stride);
        if (width == 4) done = shuffle_whole_registers<4>(in, out, stride);
    }
#endif
    shuffle_from(done, in, width, out, stride);
}

void shuffle_bytes_naive(std::span<const std::byte> in, std::size_t width, std::byte* out,
                         std::size_t stride) {
    assert(in.size() % width == 0 && stride >= in.size() / width);
    shuffle_from(0, in, width, out, stride);
}

}  // namespace factorize::results
