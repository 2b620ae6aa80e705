#include "numbers/vector_expander.hpp"

#include <algorithm>
#include <bit>
#include <numeric>
#include <utility>

#include "numbers/avx512_merge.hpp"
#include "numbers/divisor_expander.hpp"

#if defined(__x86_64__)

namespace factorize::numbers {
namespace {

/// The divisors of a 16-bit number, from the first one on; 2^64 - 1 behind them.
FACTORIZE_AVX512_INLINE Lanes load_base(const std::uint16_t* divisors, std::size_t first, std::size_t size) {
    const __m128i raw = _mm_loadu_si128(reinterpret_cast<const __m128i*>(divisors + first));
    return _mm512_mask_cvtepu16_epi64(_mm512_set1_epi64(-1), below(first, size), raw);
}

FACTORIZE_AVX512 void grow(const Step& step, void* out) { merge<true>(step, out, ToScratch{out}); }

FACTORIZE_AVX512_INLINE void concatenate(const Step& step, std::uint64_t* out) {
    const ToCaller plain{out, step.c};
    for (std::size_t i = 0; i * width < step.c; ++i) plain(i, step.plain_part(i));
    out += step.c - 1;
    for (std::size_t i = 0; i * width + 1 < step.t; ++i)
        _mm512_mask_storeu_epi64(out + i * width, below(i * width, step.t - 1), step.scaled_part(i));
}

FACTORIZE_AVX512_INLINE void concatenate(const Step& step, std::uint32_t* out) {
    const ToCallerNarrow plain = caller(out, step.c + step.t);
    for (std::size_t i = 0; i * width < plain.end; ++i) plain(i, step.plain_part(i));
}

/// The step that ends a list.
template <class Out>
FACTORIZE_AVX512 void finish(const Step& step, bool sorted, void* scratch, Out* out) {
    if (sorted) return concatenate(step, out);
    const auto store = caller(out, step.c + step.t);
    merge<decltype(store)::takes_upper_half>(step, scratch, store);
}

/// D(m) and p * D(m), p > m.
FACTORIZE_AVX512 void concatenate(std::span<const std::uint16_t> base, std::uint64_t p, std::uint64_t* out) {
    const std::size_t t = base.size();
    const ToCaller plain{out, t};
    std::uint64_t* const upper = out + (t - 1);
    for (std::size_t i = 0; i * width < t; ++i) {
        const Lanes x = load_base(base.data(), i * width, t);
        plain(i, x);
        _mm512_mask_storeu_epi64(upper + i * width, below(i * width, t - 1),
                                 _mm512_mullo_epi64(x, _mm512_set1_epi64(static_cast<std::int64_t>(p))));
    }
}

FACTORIZE_AVX512 void concatenate(std::span<const std::uint16_t> base, std::uint64_t, std::uint32_t* out) {
    const ToCallerNarrow plain{out, base.size()};
    for (std::size_t i = 0; i * width < base.size(); ++i)
        plain(i, load_base(base.data(), i * width, base.size()));
}

/// D(m) alone.
template <class Out>
FACTORIZE_AVX512 void copy(std::span<const std::uint16_t> base, Out* out) {
    const auto store = caller(out, base.size());
    for (std::size_t i = 0; i * width < store.end; ++i)
        store(i, load_base(base.data(), i * width, base.size()));
}

FACTORIZE_AVX512 void widen(std::span<const std::uint16_t> base, void* list) {
    const ToScratch store{list};
    const std::size_t count = std::bit_ceil((base.size() + width - 1) / width);
    for (std::size_t i = 0; i < count; ++i) store(i, load_base(base.data(), i * width, base.size()));
}

/// D(m), t <= 8, times the prime p: all 16 lanes, sorted.
FACTORIZE_AVX512_INLINE void grow(Lanes base, std::size_t t, std::uint64_t p, Lanes* out) {
    const Lanes scaled = _mm512_mask_mullo_epi64(_mm512_set1_epi64(-1), below(0, t), base,
                                                 _mm512_set1_epi64(static_cast<std::int64_t>(p)));
    const Lanes reversed = reverse(scaled);
    out[0] = clean(_mm512_maskz_min_epu64(0xFF, base, reversed));
    out[1] = clean(_mm512_maskz_max_epu64(0xFF, base, reversed));
}

/// D(m * p * q), t <= 8 divisors of m, without touching memory between the steps.
FACTORIZE_AVX512_INLINE void expand_two(std::span<const std::uint16_t> base, std::uint64_t m, std::uint64_t p,
                                        std::uint64_t q, std::uint64_t* out) {
    const std::size_t t = base.size();
    Lanes list[2];
    grow(load_base(base.data(), 0, t), t, p, list);
    if (q > m * p) {
        const Lanes factor = _mm512_set1_epi64(static_cast<std::int64_t>(q));
        const ToCaller plain{out, 2 * t};
        std::uint64_t* const upper = out + (2 * t - 1);
        plain(0, list[0]);
        plain(1, list[1]);
        _mm512_mask_storeu_epi64(upper, below(0, 2 * t - 1), _mm512_mullo_epi64(list[0], factor));
        _mm512_mask_storeu_epi64(upper + width, below(width, 2 * t - 1), _mm512_mullo_epi64(list[1], factor));
        return;
    }
    const Step step{list, 2 * t, list, 2 * t, q};
    merge_in_registers<2, true>(step, caller(out, 4 * t));
}

FACTORIZE_AVX512_INLINE void expand_two(std::span<const std::uint16_t> base, std::uint64_t m, std::uint64_t p,
                                        std::uint64_t q, std::uint32_t* out) {
    const std::size_t t = base.size();
    Lanes list[2];
    grow(load_base(base.data(), 0, t), t, p, list);
    const auto store = caller(out, 4 * t);
    if (q > m * p) {
        store(0, list[0]);
        store(1, list[1]);
        return;
    }
    merge_in_registers<2, false>({list, 2 * t, list, 2 * t, q}, store);
}

template <class Out>
struct Place {
    const DivisorRecipe* recipe;
    Out* out;
};

template <class Out>
FACTORIZE_AVX512 void expand_ones(const DivisorTable& table, std::span<const Place<Out>> places) {
    for (const auto& [n, out] : places) concatenate(table[n->smooth], n->powers[0].prime, out);
}

template <class Out>
FACTORIZE_AVX512 void expand_twos(const DivisorTable& table, std::span<const Place<Out>> places) {
    for (const auto& [n, out] : places)
        expand_two(table[n->smooth], n->smooth, n->powers[0].prime, n->powers[1].prime, out);
}

/// Numbers of one kind take the same branches: their primes, and the vectors that the table's list fills.
constexpr std::size_t kinds_per_size = 4;
constexpr std::size_t most_primes = 5;
constexpr std::size_t kind_of_one = 1 * kinds_per_size;
constexpr std::size_t kind_of_two = 2 * kinds_per_size;
constexpr std::size_t kind_of_more = (most_primes + 1) * kinds_per_size;  // prime powers, and p < m
constexpr std::size_t kind_count = kind_of_more + 1;

std::size_t kind_of(const DivisorRecipe& n, std::uint32_t t) {
    const std::size_t size = std::min<std::size_t>(n.size, most_primes);
    const auto vectors = static_cast<std::size_t>(std::bit_width((t - 1) / width));
    const std::size_t kind = size * kinds_per_size + std::min(vectors, kinds_per_size - 1);
    const bool plain = n.divisor_count == t << n.size;
    const bool unsorted_one = (n.size == 1) & (n.powers[0].prime < n.smooth);
    return plain & !unsorted_one ? kind : kind_of_more;
}

}  // namespace

template <class Out>
void VectorExpander::expand(const DivisorTable& table, std::span<const DivisorRecipe> batch, Out* out) {
    std::array<std::uint8_t, most_recipes> kinds;
    std::array<Out*, most_recipes> outs;
    std::array<std::uint32_t, kind_count + 1> begins{};
    for (std::size_t i = 0; i < batch.size(); ++i) {
        kinds[i] = static_cast<std::uint8_t>(kind_of(batch[i], table.count(batch[i].smooth)));
        ++begins[kinds[i] + 1U];
        outs[i] = out;
        out += list_size(batch[i].divisor_count, out);
    }
    std::partial_sum(begins.begin(), begins.end(), begins.begin());
    std::array<Place<Out>, most_recipes> places;
    std::array<std::uint32_t, kind_count + 1> next = begins;
    for (std::size_t i = 0; i < batch.size(); ++i) places[next[kinds[i]]++] = {&batch[i], outs[i]};

    const auto of_kinds = [&](std::size_t first, std::size_t end) {
        return std::span<const Place<Out>>(places).subspan(begins[first], begins[end] - begins[first]);
    };
    const auto expand_others = [&](std::span<const Place<Out>> others) {
        for (const auto& [n, to] : others)
            if (n->divisor_count <= most_divisors) expand_to(*n, table[n->smooth], to);
    };
    expand_others(of_kinds(0, kind_of_one));
    expand_ones(table, of_kinds(kind_of_one, kind_of_two));
    expand_twos(table, of_kinds(kind_of_two, kind_of_two + 1));
    expand_others(of_kinds(kind_of_two + 1, kind_count));
}
template void VectorExpander::expand(const DivisorTable&, std::span<const DivisorRecipe>, std::uint64_t*);
template void VectorExpander::expand(const DivisorTable&, std::span<const DivisorRecipe>, std::uint32_t*);

template <class Out>
void VectorExpander::expand_to(const DivisorRecipe& n, std::span<const std::uint16_t> base, Out* out) {
    if (n.size == 0) return copy(base, out);
    std::uint64_t m = n.smooth;
    List* list = &scratch_->list;
    List* powers = &scratch_->powers;
    List* next = &scratch_->next;
    std::size_t t = base.size();
    widen(base, list);
    for (std::uint32_t k = 0; k < n.size; ++k) {
        const auto [p, exponent] = n.powers[k];
        const bool sorted = p > m;
        const bool ends = k + 1 == n.size;
        std::uint64_t q = 1;
        std::size_t c = t;
        const List* plain = list;
        for (std::uint32_t j = 1; j <= exponent; ++j, c += t) {
            q *= p;
            const Step step{plain, c, list, t, q};
            if (ends && j == exponent) return finish(step, sorted, next, out);
            grow(step, next);
            std::swap(powers, next);
            plain = powers;
        }
        std::swap(list, powers);
        t = c;
        m *= q;
    }
}

}  // namespace factorize::numbers

#else

namespace factorize::numbers {

template <class Out>
void VectorExpander::expand(const DivisorTable&, std::span<const DivisorRecipe>, Out*) {}
template void VectorExpander::expand(const DivisorTable&, std::span<const DivisorRecipe>, std::uint64_t*);
template void VectorExpander::expand(const DivisorTable&, std::span<const DivisorRecipe>, std::uint32_t*);

}  // namespace factorize::numbers

#endif
