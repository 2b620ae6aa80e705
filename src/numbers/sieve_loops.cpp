#include "numbers/sieve_loops.hpp"

#include <algorithm>
#include <array>
#include <iterator>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "numbers/avx512_target.hpp"

namespace factorize::numbers {
namespace {

constexpr std::size_t block_size = 256;

/// For one block of primes: their distances, and those of their squares. Returns the least of the latter.
///
/// With first = cofactor * p - distance, p^2 divides the multiples of p whose cofactor p divides. Quotients
/// are estimated in doubles: below 2^50, from operands and an inverse rounded once, they err by less than 1.
[[gnu::always_inline]] inline std::uint64_t place_block(std::uint64_t first, const std::uint32_t* primes,
                                                        std::size_t size, std::uint32_t* distance,
                                                        std::uint64_t* square) {
    const auto real_first = static_cast<double>(first);
    std::uint64_t least = ~std::uint64_t{0};
    for (std::size_t j = 0; j < size; ++j) {
        const std::int64_t p = primes[j];
        const double inverse = 1 / static_cast<double>(p);
        auto cofactor = static_cast<std::int64_t>(real_first * inverse);
        auto past = static_cast<std::int64_t>(first - static_cast<std::uint64_t>(cofactor) *
                                                          static_cast<std::uint64_t>(p));
        cofactor -= past < 0;
        past += past < 0 ? p : 0;
        cofactor += past >= p;
        past -= past >= p ? p : 0;
        cofactor += past > 0;
        const std::int64_t to_multiple = past > 0 ? p - past : 0;
        std::int64_t rest = cofactor - static_cast<std::int64_t>(static_cast<double>(cofactor) * inverse) * p;
        rest += rest < 0 ? p : 0;
        rest -= rest >= p ? p : 0;
        const std::int64_t steps = rest > 0 ? p - rest : 0;
        distance[j] = static_cast<std::uint32_t>(to_multiple);
        square[j] = static_cast<std::uint64_t>(steps * p + to_multiple);
        least = std::min(least, square[j]);
    }
    return least;
}

template <class PlaceBlock>
[[gnu::always_inline]] inline void place_blocks(PlaceBlock place_one, std::uint64_t first,
                                                std::span<const std::uint32_t> primes,
                                                std::uint32_t* distance, std::uint64_t horizon,
                                                std::vector<std::uint64_t>& squares) {
    std::array<std::uint64_t, block_size> square;
    for (std::size_t begin = 0; begin < primes.size(); begin += block_size) {
        const std::size_t size = std::min(block_size, primes.size() - begin);
        if (place_one(first, primes.data() + begin, size, distance + begin, square.data()) >= horizon)
            continue;
        std::copy_if(square.data(), square.data() + size, std::back_inserter(squares),
                     [&](std::uint64_t d) { return d < horizon; });
    }
}

void place(std::uint64_t first, std::span<const std::uint32_t> primes, std::uint32_t* distance,
           std::uint64_t horizon, std::vector<std::uint64_t>& squares) {
    place_blocks([](auto... args) { return place_block(args...); }, first, primes, distance, horizon,
                 squares);
}

std::size_t pass(std::uint32_t size, std::span<const std::uint32_t> primes, std::uint32_t* distance,
                 std::uint32_t* hit_distance, std::uint32_t* hit_prime) {
    std::size_t hits = 0;
    for (std::size_t j = 0; j < primes.size(); ++j) {
        std::uint32_t next = distance[j];
        if (next < size) {
            hit_distance[hits] = next;
            hit_prime[hits++] = primes[j];
            next += primes[j];
        }
        distance[j] = next - size;
    }
    return hits;
}

#if defined(__x86_64__)

FACTORIZE_AVX512 std::uint64_t place_block_avx512(std::uint64_t first, const std::uint32_t* primes,
                                                  std::size_t size, std::uint32_t* distance,
                                                  std::uint64_t* square) {
    return place_block(first, primes, size, distance, square);
}

void place_avx512(std::uint64_t first, std::span<const std::uint32_t> primes, std::uint32_t* distance,
                  std::uint64_t horizon, std::vector<std::uint64_t>& squares) {
    place_blocks(place_block_avx512, first, primes, distance, horizon, squares);
}

FACTORIZE_AVX512 std::size_t pass_avx512(std::uint32_t size, std::span<const std::uint32_t> primes,
                                         std::uint32_t* distance, std::uint32_t* hit_distance,
                                         std::uint32_t* hit_prime) {
    constexpr std::size_t lanes = 16;
    const __m512i sizes = _mm512_set1_epi32(static_cast<int>(size));
    std::size_t hits = 0;
    for (std::size_t j = 0; j < primes.size(); j += lanes) {
        const auto left = static_cast<unsigned>(std::min(lanes, primes.size() - j));
        const auto used = static_cast<__mmask16>((1U << left) - 1);
        const __m512i next = _mm512_maskz_loadu_epi32(used, distance + j);
        const __mmask16 hit = _mm512_mask_cmplt_epu32_mask(used, next, sizes);
        const __m512i prime = _mm512_maskz_loadu_epi32(used, primes.data() + j);
        _mm512_mask_storeu_epi32(distance + j, used,
                                 _mm512_sub_epi32(_mm512_mask_add_epi32(next, hit, next, prime), sizes));
        _mm512_storeu_si512(hit_distance + hits, _mm512_maskz_compress_epi32(hit, next));
        _mm512_storeu_si512(hit_prime + hits, _mm512_maskz_compress_epi32(hit, prime));
        hits += static_cast<std::size_t>(__builtin_popcount(hit));
    }
    return hits;
}

#endif

}  // namespace

const SieveLoops& sieve_loops(SimdLevel level) {
    static constexpr SieveLoops portable{place, pass};
#if defined(__x86_64__)
    static constexpr SieveLoops avx512{place_avx512, pass_avx512};
    if (level == SimdLevel::avx512) return avx512;
#endif
    static_cast<void>(level);
    return portable;
}

}  // namespace factorize::numbers
