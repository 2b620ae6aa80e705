// The steps by which a sorted divisor list grows, one prime at a time.
//
// With D the ascending list of the t divisors of m, and p a prime that does not divide m, the divisors of m *
// p are D and p * D. When p > m, D followed by p * D is sorted already; otherwise they are merged. Lists are
// symmetric (the i-th value from below times the i-th from above is m * p), so that the t values <= sqrt(m *
// p) are the lower half: while one half is merged neither D nor p * D can run out, and no bound is checked.
//
// All give the proper divisors alone, without 1 and m * p.
#pragma once

#include <cstddef>
#include <cstdint>

namespace factorize::numbers {

/// The lower half: t - 1 values. @param divisors  D, 1 and m included
template <class In, class Out>
void merge_lower_half(const In* divisors, std::size_t t, std::uint64_t p, Out* out) {
    std::size_t plain = 1;
    std::size_t scaled = 0;
    for (std::size_t k = 1; k < t; ++k) {
        const std::uint64_t a = divisors[plain];
        const std::uint64_t b = p * divisors[scaled];
        const bool take_plain = a < b;
        *out++ = static_cast<Out>(take_plain ? a : b);
        plain += take_plain;
        scaled += !take_plain;
    }
}

/// Both halves: 2t - 2 values. From both ends at once, for a merge spends its time waiting for its last
/// comparison, and two can wait together. @param out  may not overlap D
template <class In>
void merge(const In* divisors, std::size_t t, std::uint64_t p, std::uint64_t* out) {
    const In* plain = divisors + 1;
    const In* scaled = divisors;
    const In* plain_above = divisors + t - 1;
    const In* scaled_above = divisors + t - 2;
    std::uint64_t* above = out + 2 * t - 2;
    for (std::size_t k = 1; k < t; ++k) {
        const std::uint64_t a = *plain;
        const std::uint64_t b = p * *scaled;
        const bool take_plain = a < b;
        *out++ = take_plain ? a : b;
        plain += take_plain;
        scaled += !take_plain;

        const std::uint64_t c = *plain_above;
        const std::uint64_t d = p * *scaled_above;
        const bool take_plain_above = c > d;
        *--above = take_plain_above ? c : d;
        plain_above -= take_plain_above;
        scaled_above -= !take_plain_above;
    }
}

/// Both halves for p > m: 2t - 2 values.
template <class In>
void concatenate(const In* divisors, std::size_t t, std::uint64_t p, std::uint64_t* out) {
    for (std::size_t i = 1; i < t; ++i) out[i - 1] = divisors[i];
    for (std::size_t i = 0; i + 1 < t; ++i) out[t - 1 + i] = p * divisors[i];
}

/// The lower half for p > m: t - 1 values.
template <class In, class Out>
void copy_lower_half(const In* divisors, std::size_t t, Out* out) {
    for (std::size_t i = 1; i < t; ++i) out[i - 1] = static_cast<Out>(divisors[i]);
}

}  // namespace factorize::numbers
