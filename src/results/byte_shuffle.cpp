#include "results/byte_shuffle.hpp"

#include <cassert>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace factorize::results {
namespace {

void shuffle_from(std::size_t first, std::span<const std::byte> in, std::size_t width,
                  std::span<std::byte> out) {
    const std::size_t count = in.size() / width;
    for (std::size_t i = first; i < count; ++i) {
        for (std::size_t k = 0; k < width; ++k) out[k * count + i] = in[i * width + k];
    }
}

#if defined(__SSE2__)

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
std::size_t shuffle_whole_registers(std::span<const std::byte> in, std::span<std::byte> out) {
    const std::size_t count = in.size() / width;
    std::size_t i = 0;
    for (; i + lanes <= count; i += lanes) transpose<width>(in.data() + i * width, out.data() + i, count);
    return i;
}

#endif

}  // namespace

void shuffle_bytes(std::span<const std::byte> in, std::size_t width, std::span<std::byte> out) {
    assert(in.size() == out.size() && in.size() % width == 0);
    std::size_t done = 0;
#if defined(__SSE2__)
    if (width == 8) done = shuffle_whole_registers<8>(in, out);
    if (width == 4) done = shuffle_whole_registers<4>(in, out);
#endif
    shuffle_from(done, in, width, out);
}

void shuffle_bytes_naive(std::span<const std::byte> in, std::size_t width, std::span<std::byte> out) {
    assert(in.size() == out.size() && in.size() % width == 0);
    shuffle_from(0, in, width, out);
}

}  // namespace factorize::results
