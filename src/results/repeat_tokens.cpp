#include "results/repeat_tokens.hpp"

#include <algorithm>
#include <bit>
#include <cassert>

#include "numbers/avx512_target.hpp"
#include "numbers/simd_level.hpp"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace factorize::results {
namespace {

constexpr std::uint32_t period =
    256;  // of the low bytes of consecutive numbers, and of any arithmetic sequence

/// Bit i: byte i at `a` equals byte i at `b`, for the next 64.
std::uint64_t equal_bytes(const std::byte* a, const std::byte* b) {
    std::uint64_t equal = 0;
#if defined(__SSE2__)
    for (unsigned i = 0; i < 64; i += 16) {
        const __m128i left = _mm_loadu_si128(reinterpret_cast<const __m128i*>(a + i));
        const __m128i right = _mm_loadu_si128(reinterpret_cast<const __m128i*>(b + i));
        const auto mask = static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(left, right)));
        equal |= std::uint64_t{mask} << i;
    }
#else
    for (unsigned i = 0; i < 64; ++i) equal |= std::uint64_t{a[i] == b[i]} << i;
#endif
    return equal;
}

/// @return how many bytes equal the one `distance` before
std::size_t compare(const std::byte* bytes, std::uint32_t distance, std::span<std::uint64_t> words) {
    std::size_t equal = 0;
    for (std::size_t i = 0; i < words.size(); ++i) {
        words[i] = equal_bytes(bytes + 64 * i, bytes + 64 * i - distance);
        equal += static_cast<std::size_t>(std::popcount(words[i]));
    }
    return equal;
}

#if defined(__x86_64__)
FACTORIZE_AVX512 std::size_t compare_avx512(const std::byte* bytes, std::uint32_t distance,
                                            std::span<std::uint64_t> words) {
    std::size_t equal = 0;
    for (std::size_t i = 0; i < words.size(); ++i) {
        words[i] = _mm512_cmpeq_epi8_mask(_mm512_loadu_si512(bytes + 64 * i),
                                          _mm512_loadu_si512(bytes + 64 * i - distance));
        equal += static_cast<std::size_t>(std::popcount(words[i]));
    }
    return equal;
}
#endif

constexpr std::size_t literals_at_once = 32;  // hardly ever are there more between two runs

/// Up to literals_at_once tokens too many, which the next ones overwrite.
RepeatToken* write_literals(const std::byte* bytes, std::size_t count, RepeatToken* out) {
    std::size_t i = 0;
    do {
        for (std::size_t k = 0; k < literals_at_once; ++k)
            out[i + k] = std::to_integer<RepeatToken>(bytes[i + k]);
        i += literals_at_once;
    } while (i < count);
    return out + count;
}

RepeatToken repeat_token(std::size_t length) {
    return static_cast<RepeatToken>(first_repeat_token + length - shortest_repeat);
}

}  // namespace

std::size_t RepeatTokens::find_repeats_at(std::uint32_t distance, std::span<const std::byte> section) {
    distance_ = distance;
    const std::size_t words = (section.size() + lanes - 1) / lanes;
    const std::size_t first = distance / lanes;  // before, nothing stands that far in front
    const std::span<std::uint64_t> compared = std::span(repeats_).subspan(first, words - first);
    const std::byte* const bytes = section.data() + lanes * first;
#if defined(__x86_64__)
    std::size_t found = numbers::simd_level() == numbers::SimdLevel::avx512
                            ? compare_avx512(bytes, distance, compared)
                            : compare(bytes, distance, compared);
#else
    std::size_t found = compare(bytes, distance, compared);
#endif
    const auto keep = [&](std::size_t word, std::uint64_t mask) {  // not what stands outside the section
        found -= static_cast<std::size_t>(std::popcount(repeats_[word] & ~mask));
        repeats_[word] &= mask;
    };
    std::fill_n(repeats_.begin(), first, std::uint64_t{0});
    keep(first, ~std::uint64_t{0} << distance % lanes);
    if (section.size() % lanes != 0) keep(words - 1, (std::uint64_t{1} << section.size() % lanes) - 1);
    repeats_[words] = 0;
    return found;
}

std::size_t RepeatTokens::find_repeats(std::span<const std::byte> section) {
    assert(!section.empty() && section.size() <= longest_section);
    const std::size_t runs = find_repeats_at(1, section);
    if (section.size() <= 2 * period || runs >= section.size() / 64) return runs;
    // Consecutive numbers repeat always, and nothing else here does often.
    const std::size_t periods = find_repeats_at(period, section);
    return periods >= section.size() / 2 ? periods : find_repeats_at(1, section);
}

/// @pre byte `start` is a repeat
std::size_t RepeatTokens::run_length(std::size_t start) const {
    std::size_t word = start / lanes;
    const std::uint64_t ended = ~repeats_[word] & ~std::uint64_t{0} << start % lanes;
    if (ended != 0) return lanes * word + static_cast<std::size_t>(std::countr_zero(ended)) - start;
    do ++word;
    while (repeats_[word] == ~std::uint64_t{0});
    return lanes * word + static_cast<std::size_t>(std::countr_one(repeats_[word])) - start;
}

void RepeatTokens::cut(std::span<const std::byte> section) {
    const std::byte* const bytes = section.data();
    RepeatToken* out = tokens_.data();
    std::size_t done = 0;  // bytes cut
    const std::size_t words = (section.size() + lanes - 1) / lanes;
    for (std::size_t word = 0; word < words; ++word) {
        const std::size_t base = lanes * word;
        const std::uint64_t here = repeats_[word];
        const std::uint64_t next = repeats_[word + 1];
        // Where three in a row begin, or go on.
        std::uint64_t starts = here & (here >> 1U | next << 63U) & (here >> 2U | next << 62U);
        for (;;) {
            if (done > base) starts &= done - base >= lanes ? 0 : ~std::uint64_t{0} << (done - base);
            if (starts == 0) break;
            const auto bit = static_cast<unsigned>(std::countr_zero(starts));
            // The next 64 bits from there on.
            const std::uint64_t from_start = here >> bit | next << 1U << (lanes - 1 - bit);
            auto length = static_cast<std::size_t>(std::countr_one(from_start));
            if (length == lanes) [[unlikely]]
                length = run_length(base + bit);
            out = write_literals(bytes + done, base + bit - done, out);
            done = base + bit + length;
            if (length > longest_repeat) [[unlikely]] {
                for (; length > longest_repeat + shortest_repeat; length -= longest_repeat)
                    *out++ = repeat_token(longest_repeat);
                if (length > longest_repeat) {
                    *out++ = repeat_token(shortest_repeat);
                    length -= shortest_repeat;
                }
            }
            *out++ = repeat_token(length);
        }
    }
    out = write_literals(bytes + done, section.size() - done, out);
    count_ = static_cast<std::size_t>(out - tokens_.data());
}

void RepeatTokens::repeat(std::byte byte, std::size_t count) {
    assert(count > 0 && count <= std::size_t{1} << 20U);
    distance_ = 1;
    RepeatToken* out = tokens_.data();
    *out++ = std::to_integer<RepeatToken>(byte);
    for (--count; count >= longest_repeat; count -= longest_repeat) *out++ = repeat_token(longest_repeat);
    if (count >= shortest_repeat)
        *out++ = repeat_token(count);
    else
        for (; count > 0; --count) *out++ = std::to_integer<RepeatToken>(byte);
    count_ = static_cast<std::size_t>(out - tokens_.data());
}

}  // namespace factorize::results
