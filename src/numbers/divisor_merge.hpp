// The steps by which a sorted divisor list grows, one prime at a time.
//
// Let p be a prime that does not divide m, D the ascending list of the t divisors of m, and C that of the
// c = j * t divisors of m * p^(j-1). Those of N = m * p^j are C and q * D with q = p^j. When p > m, one after
// the other is sorted already; otherwise they are merged.
//
// A merge goes up from 1 and down from N at once, and stops in the middle, sqrt(N), because the whole list is
// symmetric. It checks no bounds. Going up, q * d <= sqrt(N) implies d <= sqrt(m): at most half of D is
// taken, and of C no more than (c + t + 1) / 2 <= c values. Going down, of C at most half is taken; D does
// not run out when c = t (by symmetry), but does when C is longer, and then a 0 must stand in front of D.
//
// All give the proper divisors alone, without 1 and N.
#pragma once

#include <cstddef>
#include <cstdint>

namespace factorize::numbers {

/// Those <= sqrt(N), (c + t + 1) / 2 - 1 values.
template <class C, class D, class Out>
void merge_lower_half(const C* plain, std::size_t c, const D* scaled, std::size_t t, std::uint64_t q,
                      Out* out) {
    ++plain;
    for (std::size_t left = (c + t + 1) / 2 - 1; left > 0; --left) {
        const std::uint64_t a = *plain;
        const std::uint64_t b = q * *scaled;
        const bool take_plain = a < b;
        *out++ = static_cast<Out>(take_plain ? a : b);
        plain += take_plain;
        scaled += !take_plain;
    }
}

/// All c + t - 2 of them. From both ends at once, for a merge spends its time waiting for its last
/// comparison, and two can wait together. @pre t >= 2; scaled[-1] is 0 or c = t; out does
/// not overlap the lists
template <class C, class D>
void merge(const C* plain, std::size_t c, const D* scaled, std::size_t t, std::uint64_t q,
           std::uint64_t* out) {
    const C* plain_above = plain + c - 1;
    const D* scaled_above = scaled + t - 1;
    std::uint64_t* above = out + (c + t - 2);
    ++plain;         // without 1
    --scaled_above;  // without N
    for (std::size_t pairs = (c + t) / 2 - 1; pairs > 0; --pairs) {
        const std::uint64_t a = *plain;
        const std::uint64_t b = q * *scaled;
        const bool take_plain = a < b;
        *out++ = take_plain ? a : b;
        plain += take_plain;
        scaled += !take_plain;

        const std::uint64_t d = *plain_above;
        const std::uint64_t e = q * *scaled_above;
        const bool take_plain_above = d > e;
        *--above = take_plain_above ? d : e;
        plain_above -= take_plain_above;
        scaled_above -= !take_plain_above;
    }
    if ((c + t) % 2 == 1) {  // sqrt(N), the one of both lists that is left
        const std::uint64_t a = *plain;
        const std::uint64_t b = q * *scaled;
        *out = a < b ? a : b;
    }
}

/// Those <= sqrt(N), for p > m.
template <class C, class Out>
void copy_lower_half(const C* plain, std::size_t c, std::size_t t, Out* out) {
    for (std::size_t i = 1; i < (c + t + 1) / 2; ++i) out[i - 1] = static_cast<Out>(plain[i]);
}

/// All of them, for p > m.
template <class C, class D>
void concatenate(const C* plain, std::size_t c, const D* scaled, std::size_t t, std::uint64_t q,
                 std::uint64_t* out) {
    for (std::size_t i = 1; i < c; ++i) out[i - 1] = plain[i];
    for (std::size_t i = 0; i + 1 < t; ++i) out[c - 1 + i] = q * scaled[i];
}

}  // namespace factorize::numbers
