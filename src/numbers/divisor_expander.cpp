#include "numbers/divisor_expander.hpp"

#include <utility>

#include "numbers/divisor_merge.hpp"

namespace factorize::numbers {
namespace {

// The step that ends a list, straight to where it belongs: from C = D(m * p^(j-1)) and D = D(m) to the proper
// divisors of m * p^j, q = p^j. `sorted` when p > m.

template <class C, class D>
void finish(const C* plain, std::size_t c, const D* scaled, std::size_t t, std::uint64_t q, bool sorted,
            std::uint64_t* out) {
    if (sorted)
        concatenate(plain, c, scaled, t, q, out);
    else
        merge(plain, c, scaled, t, q, out);
}

template <class C, class D>
void finish(const C* plain, std::size_t c, const D* scaled, std::size_t t, std::uint64_t q, bool sorted,
            std::uint32_t* out) {
    if (sorted)
        copy_lower_half(plain, c, t, out);
    else
        merge_lower_half(plain, c, scaled, t, q, out);
}

/// A step on the way, 1 and N included.
template <class C, class D>
void grow(const C* plain, std::size_t c, const D* scaled, std::size_t t, std::uint64_t q, bool sorted,
          std::uint64_t* out) {
    out[0] = 1;
    finish(plain, c, scaled, t, q, sorted, out + 1);
    out[c + t - 1] = q * scaled[t - 1];
}

/// D(m) alone, for want of a prime to multiply with.
void finish(std::span<const std::uint16_t> divisors, std::uint64_t* out) {
    for (std::size_t i = 1; i + 1 < divisors.size(); ++i) *out++ = divisors[i];
}

void finish(std::span<const std::uint16_t> divisors, std::uint32_t* out) {
    for (std::size_t i = 1; i < (divisors.size() + 1) / 2; ++i) *out++ = divisors[i];
}

}  // namespace

DivisorRecipe::DivisorRecipe(const Factorization& n) : divisor_count(n.divisor_count()) {
    for (const PrimePower& power : n) {
        std::uint64_t product = smooth;
        for (std::uint32_t i = 0; i < power.exponent && product < DivisorTable::size; ++i)
            product = power.prime < DivisorTable::size ? product * power.prime : DivisorTable::size;
        if (product < DivisorTable::size)
            smooth = product;
        else
            powers[size++] = power;
    }
}

template <class Out>
void DivisorExpander::expand_to(std::span<const DivisorRecipe> batch, Out* out) {
    if (out == nullptr) return;  // an empty vector's: there is nothing to list
    const bool vectors = level_ == SimdLevel::avx512;
    if (vectors) vectors_.expand(*table_, batch, out);
    for (const DivisorRecipe& n : batch) {
        if (!vectors || n.divisor_count > VectorExpander::most_divisors) expand_one(n, out);
        out += list_size(n.divisor_count, out);
    }
}
template void DivisorExpander::expand_to(std::span<const DivisorRecipe>, std::uint64_t*);
template void DivisorExpander::expand_to(std::span<const DivisorRecipe>, std::uint32_t*);

template <class Out>
void DivisorExpander::expand_one(const DivisorRecipe& n, Out* out) {
    const auto base = (*table_)[n.smooth];
    if (n.size == 0) return finish(base, out);

    std::size_t t = base.size();
    std::uint64_t m = n.smooth;
    const PrimePower& first = n.powers[0];
    if (n.size == 1 && first.exponent == 1)
        return finish(base.data(), t, base.data(), t, first.prime, first.prime > m, out);

    for (auto* scratch : {&list_, &powers_, &next_})
        if (scratch->size() < n.divisor_count) scratch->resize(n.divisor_count);
    // A list starts after the 0 that merge() asks for. None is as long as the last one, which goes elsewhere.
    std::uint64_t* list = list_.data() + 1;
    std::uint64_t* powers = powers_.data() + 1;
    std::uint64_t* next = next_.data() + 1;
    std::uint32_t k = 0;
    if (first.exponent == 1) {
        grow(base.data(), t, base.data(), t, first.prime, first.prime > m, list);
        t *= 2;
        m *= first.prime;
        k = 1;
    } else {
        for (std::size_t i = 0; i < t; ++i) list[i] = base[i];
    }
    for (; k < n.size; ++k) {
        const auto [p, exponent] = n.powers[k];
        const bool sorted = p > m;
        const bool ends = k + 1 == n.size;
        if (exponent == 1) {
            if (ends) return finish(list, t, list, t, p, sorted, out);
            grow(list, t, list, t, p, sorted, next);
            std::swap(list, next);
            t *= 2;
            m *= p;
            continue;
        }
        std::uint64_t q = p;
        std::size_t c = 2 * t;
        grow(list, t, list, t, q, sorted, powers);
        for (std::uint32_t j = 2; j <= exponent; ++j) {
            q *= p;
            if (ends && j == exponent) return finish(powers, c, list, t, q, sorted, out);
            grow(powers, c, list, t, q, sorted, next);
            std::swap(powers, next);
            c += t;
        }
        std::swap(list, powers);
        t = c;
        m *= q;
    }
}

}  // namespace factorize::numbers
