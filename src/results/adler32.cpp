#include "results/adler32.hpp"

#include <algorithm>
#include <array>

#include "numbers/simd_level.hpp"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace factorize::results {
namespace {

constexpr std::uint32_t modulus = 65521;

// So many bytes of 255 keep both sums below 2^32 when they start below the modulus:
// 255 * 5552 * 5553 / 2 + 5553 * 65520 < 2^32.
constexpr std::size_t most_at_once = 5552;

struct Sums {
    std::uint32_t sum;
    std::uint32_t sum_of_sums;
};

/// Every 16th byte in a lane of its own, so that a compiler can use vectors. Byte k of a block of 16 counts
/// 16 - k times in the sum of sums, and what was summed before the block 16 times.
Sums add_portable(Sums sums, const std::byte* bytes, std::size_t count) {
    constexpr std::uint32_t lanes = 16;
    std::array<std::uint32_t, lanes> sum{};
    std::array<std::uint32_t, lanes> sums_before{};
    std::size_t i = 0;
    for (; i + lanes <= count; i += lanes)
        for (std::size_t k = 0; k < lanes; ++k) {
            sums_before[k] += sum[k];
            sum[k] += std::to_integer<std::uint32_t>(bytes[i + k]);
        }
    sums.sum_of_sums += sums.sum * static_cast<std::uint32_t>(i);
    for (std::uint32_t k = 0; k < lanes; ++k) {
        sums.sum_of_sums += lanes * sums_before[k] + (lanes - k) * sum[k];
        sums.sum += sum[k];
    }
    for (; i < count; ++i) {
        sums.sum += std::to_integer<std::uint32_t>(bytes[i]);
        sums.sum_of_sums += sums.sum;
    }
    return sums;
}

#if defined(__x86_64__)

[[gnu::target("avx2")]] std::uint32_t sum_of_lanes(__m256i lanes) {
    __m128i half = _mm_add_epi32(_mm256_castsi256_si128(lanes), _mm256_extracti128_si256(lanes, 1));
    half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0x4E));
    half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0xB1));
    return static_cast<std::uint32_t>(_mm_cvtsi128_si32(half));
}

/// A byte of a register of 32 counts 32, 31, ... 1 times in the sum of sums, and what was summed before it
/// 32 times.
/// @pre count is a multiple of 32
[[gnu::target("avx2")]] Sums add_avx2(Sums sums, const std::byte* bytes, std::size_t count) {
    const __m256i weights = _mm256_setr_epi8(32, 31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17,
                                             16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1);
    const __m256i ones = _mm256_set1_epi16(1);
    const __m256i zero = _mm256_setzero_si256();
    __m256i sum = zero;
    __m256i sums_before = zero;
    __m256i weighted = zero;
    for (std::size_t i = 0; i < count; i += 32) {
        const __m256i in = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes + i));
        sums_before = _mm256_add_epi32(sums_before, sum);
        sum = _mm256_add_epi32(sum, _mm256_sad_epu8(in, zero));
        weighted = _mm256_add_epi32(weighted, _mm256_madd_epi16(_mm256_maddubs_epi16(in, weights), ones));
    }
    sums.sum_of_sums += sums.sum * static_cast<std::uint32_t>(count) + 32 * sum_of_lanes(sums_before) +
                        sum_of_lanes(weighted);
    sums.sum += sum_of_lanes(sum);
    return sums;
}

#endif

}  // namespace

void Adler32::add(std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        const std::size_t count = std::min(bytes.size(), most_at_once);
        Sums sums{sum_, sum_of_sums_};
        std::size_t done = 0;
#if defined(__x86_64__)
        if (numbers::simd_level() >= numbers::SimdLevel::avx2) {
            done = count / 32 * 32;
            sums = add_avx2(sums, bytes.data(), done);
        }
#endif
        sums = add_portable(sums, bytes.data() + done, count - done);
        sum_ = sums.sum % modulus;
        sum_of_sums_ = sums.sum_of_sums % modulus;
        bytes = bytes.subspan(count);
    }
}

void Adler32::add_repeated(std::byte byte, std::uint64_t count) {
    const auto value = std::to_integer<std::uint64_t>(byte);
    const std::uint64_t times = count % modulus;
    // The triangle 1 + 2 + ... + count, of which one factor is even.
    const std::uint64_t triangle = count % 2 == 0 ? (count / 2 % modulus) * ((count + 1) % modulus) % modulus
                                                  : times * ((count + 1) / 2 % modulus) % modulus;
    sum_of_sums_ = static_cast<std::uint32_t>((sum_of_sums_ + times * sum_ + value * triangle) % modulus);
    sum_ = static_cast<std::uint32_t>((sum_ + times * value) % modulus);
}

}  // namespace factorize::results
