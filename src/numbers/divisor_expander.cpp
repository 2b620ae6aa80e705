#include "numbers/divisor_expander.hpp"

#include "numbers/divisor_merge.hpp"

#include <algorithm>
#include <array>
#include <cassert>

namespace factorize::numbers {
namespace {

/// The last step, straight to where the list belongs. m is what D lists.
template <class In>
void finish(const In* divisors, std::size_t t, std::uint64_t m, std::uint64_t p, std::uint64_t* out) {
    if (p > m)
        concatenate(divisors, t, p, out);
    else
        merge(divisors, t, p, out);
}

template <class In>
void finish(const In* divisors, std::size_t t, std::uint64_t m, std::uint64_t p, std::uint32_t* out) {
    if (p > m)
        copy_lower_half(divisors, t, out);
    else
        merge_lower_half(divisors, t, p, out);
}

/// D itself, for want of a prime to multiply with.
void finish(std::span<const std::uint16_t> divisors, std::uint64_t* out) {
    for (std::size_t i = 1; i + 1 < divisors.size(); ++i) *out++ = divisors[i];
}

void finish(std::span<const std::uint16_t> divisors, std::uint32_t* out) {
    for (std::size_t i = 1; i < (divisors.size() + 1) / 2; ++i) *out++ = divisors[i];
}

}  // namespace

template <class Out>
void DivisorExpander::expand(std::uint64_t smooth, std::span<const std::uint64_t> primes, Out* out) {
    assert(smooth < DivisorTable::size);
    const auto base = (*table_)[static_cast<std::size_t>(smooth)];
    if (primes.empty()) return finish(base, out);
    if (primes.size() == 1) return finish(base.data(), base.size(), smooth, primes[0], out);

    std::size_t t = base.size();
    reserve(t << (primes.size() - 1));
    const auto grow = [&](const auto* divisors, std::uint64_t m, std::uint64_t p, std::uint64_t* to) {
        to[0] = 1;
        finish(divisors, t, m, p, to + 1);
        t *= 2;
        to[t - 1] = m * p;
    };
    grow(base.data(), smooth, primes[0], list_.data());
    std::uint64_t m = smooth * primes[0];
    for (std::size_t j = 1; j + 1 < primes.size(); ++j) {
        grow(list_.data(), m, primes[j], next_.data());
        list_.swap(next_);
        m *= primes[j];
    }
    finish(list_.data(), t, m, primes.back(), out);
}

void DivisorExpander::proper(std::uint64_t smooth, std::span<const std::uint64_t> primes,
                             std::uint64_t* out) {
    expand(smooth, primes, out);
}

void DivisorExpander::proper(std::uint64_t smooth, std::span<const std::uint64_t> primes,
                             std::uint32_t* out) {
    expand(smooth, primes, out);
}

std::span<const std::uint64_t> DivisorExpander::all(const Factorization& n) {
    reserve(n.divisor_count());
    // As many powers of small primes as fit come from the table at once.
    std::uint64_t smooth = 1;
    std::array<PrimePower, Factorization::max_primes> rest;
    std::size_t rest_size = 0;
    for (const PrimePower& power : n) {
        std::uint64_t value = smooth;
        for (std::uint32_t i = 0; i < power.exponent && value < DivisorTable::size; ++i)
            value = power.prime < DivisorTable::size ? value * power.prime : DivisorTable::size;
        if (value < DivisorTable::size)
            smooth = value;
        else
            rest[rest_size++] = power;
    }
    const auto base = (*table_)[static_cast<std::size_t>(smooth)];
    std::copy(base.begin(), base.end(), list_.begin());
    size_ = base.size();
    for (const PrimePower& power : std::span(rest).first(rest_size)) multiply(power.prime, power.exponent);
    return {list_.data(), size_};
}

/// list_ from D(m) to D(m * p^exponent): merges p^j * D(m) into it, j = 1, 2, ...
void DivisorExpander::multiply(std::uint64_t p, std::uint32_t exponent) {
    // D(m) is not needed after the last step, which has the longest merge: one scratch list is enough when
    // each step finds p^j * D(m) as the multiples of p^(j-1) in the list so far, times p. They ascend.
    const std::size_t t = size_;
    std::vector<std::uint64_t> scaled(list_.begin(), list_.begin() + static_cast<std::ptrdiff_t>(t));
    for (std::uint32_t j = 0; j < exponent; ++j) {
        for (std::uint64_t& d : scaled) d *= p;
        const auto end = list_.begin() + static_cast<std::ptrdiff_t>(size_);
        std::merge(list_.begin(), end, scaled.begin(), scaled.end(), next_.begin());
        size_ += t;
        list_.swap(next_);
    }
}

void DivisorExpander::reserve(std::size_t size) {
    if (list_.size() >= size) return;
    list_.resize(size);
    next_.resize(size);
}

}  // namespace factorize::numbers
