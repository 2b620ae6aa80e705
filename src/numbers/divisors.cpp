#include "numbers/divisors.hpp"

#include "numbers/factor.hpp"
#include "numbers/isqrt.hpp"

#include <algorithm>
#include <cstddef>
#include <stdexcept>

namespace factorize::numbers {
namespace {

/// All divisors of n, 1 and n included, ascending; valid until the thread's next call.
const std::vector<std::uint64_t>& sorted_divisors(const Factorization& n) {
    thread_local std::vector<std::uint64_t> list;
    thread_local std::vector<std::uint64_t> merged;
    list.assign(1, 1);
    for (const PrimePower& power : n) {
        const std::size_t base = list.size();
        for (std::uint32_t e = 0; e < power.exponent; ++e)
            for (std::size_t i = 0; i < base; ++i) list.push_back(list[list.size() - base] * power.prime);
        for (std::size_t run = base; run < list.size(); run += base)
            std::inplace_merge(list.begin(), list.begin() + static_cast<std::ptrdiff_t>(run),
                               list.begin() + static_cast<std::ptrdiff_t>(run + base));
    }
    return list;
}

}  // namespace

void append_divisors(const Factorization& n, std::vector<std::uint64_t>& out) {
    const auto& list = sorted_divisors(n);
    if (list.size() > 2) out.insert(out.end(), list.begin() + 1, list.end() - 1);
}

void append_divisors(const Factorization& n, std::vector<std::uint32_t>& out) {
    const auto& list = sorted_divisors(n);
    // The i-th divisor from below times the i-th from above is n: the first half, rounded up, is <= sqrt(n).
    for (std::size_t i = 1; i < (list.size() + 1) / 2; ++i)
        out.push_back(static_cast<std::uint32_t>(list[i]));
}

std::vector<std::uint64_t> factors_of(std::uint64_t n) {
    if (n == 0) throw std::domain_error("0 is divided by every number: it has no finite list of factors");
    std::vector<std::uint64_t> out;
    append_divisors(factor(n), out);
    return out;
}

}  // namespace factorize::numbers
