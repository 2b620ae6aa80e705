#include "numbers/segment_parts.hpp"

#include <algorithm>

#include "numbers/avx512_target.hpp"
#include "numbers/divisor_table.hpp"

namespace factorize::numbers {
namespace {

/// So many numbers at a time: their products stay in the L1 cache.
constexpr std::size_t chunk_size = 64;

/// n / d where d divides n, by the CPU's division.
struct IntegerDivision {
    [[gnu::always_inline]] static std::uint64_t quotient(std::uint64_t n, std::uint64_t d) { return n / d; }
};

/// The same in doubles, for vectors. With K = n / d, the first quotient errs by at most 4096 / d, for what is
/// cut off n, K * 2^-51 for roundings (none when d = 1, so that it stays below 2^64), and its own rounding:
/// not at all when d > 2^14 and K < 2^49, otherwise so little that `left`, the error times d, is below 2^29.
/// That is exact, and so is its own quotient when rounded.
struct RealDivision {
    [[gnu::always_inline]] static std::uint64_t quotient(std::uint64_t n, std::uint64_t d) {
        constexpr double half = 0.5;  // rounds what is then cut; llround() is not for vectors
        const double inverse = 1 / static_cast<double>(d);
        const auto k = static_cast<std::uint64_t>(static_cast<double>(n >> 12) * 4096 * inverse + half);
        const auto left = static_cast<double>(static_cast<std::int64_t>(n - k * d));
        return k + static_cast<std::uint64_t>(
                       static_cast<std::int64_t>(left * inverse + (left < 0 ? -half : half)));
    }
};

template <class Division>
[[gnu::always_inline]] inline void multiply_out_chunks(const Segment& segment, SegmentParts& parts) {
    std::array<std::uint64_t, chunk_size> product;
    std::array<std::uint64_t, chunk_size> folded;
    for (std::size_t begin = 0; begin < segment.size; begin += chunk_size) {
        const std::size_t size = std::min(chunk_size, segment.size - begin);
        const std::uint64_t* const smooth = segment.smooth.data() + begin;
        const std::uint8_t* const count = segment.prime_count.data() + begin;
        std::uint64_t* const part = parts.table_part.data() + begin;
        std::uint8_t most = 0;
        for (std::size_t i = 0; i < size; ++i) {
            product[i] = part[i] = smooth[i];
            folded[i] = 0;
            most = std::max(most, count[i]);
        }
        for (std::size_t k = 0; k < most; ++k) {
            const std::uint32_t* const primes = segment.primes[k].data() + begin;
            for (std::size_t i = 0; i < size; ++i) {
                const bool has_prime = k < count[i];
                const std::uint64_t p = has_prime ? primes[i] : 1;
                product[i] *= p;
                const std::uint64_t larger = part[i] * p;
                const bool fits = larger < DivisorTable::size;
                part[i] = fits ? larger : part[i];
                folded[i] += fits && has_prime ? 1 : 0;
            }
        }
        for (std::size_t i = 0; i < size; ++i) {
            parts.rest[begin + i] = Division::quotient(segment.first + begin + i, product[i]);
            parts.folded[begin + i] = static_cast<std::uint8_t>(folded[i]);
        }
    }
}

#if defined(__x86_64__)
FACTORIZE_AVX512 void multiply_out_avx512(const Segment& segment, SegmentParts& parts) {
    multiply_out_chunks<RealDivision>(segment, parts);
}
#endif

}  // namespace

void multiply_out(const Segment& segment, SegmentParts& parts, SimdLevel level) {
#if defined(__x86_64__)
    if (level == SimdLevel::avx512) return multiply_out_avx512(segment, parts);
#endif
    static_cast<void>(level);
    multiply_out_chunks<IntegerDivision>(segment, parts);
}

}  // namespace factorize::numbers
