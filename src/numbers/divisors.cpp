#include "numbers/divisors.hpp"

#include "numbers/divisor_expander.hpp"
#include "numbers/factor.hpp"

#include <cstddef>
#include <stdexcept>

namespace factorize::numbers {
namespace {

DivisorExpander& expander() {
    thread_local DivisorExpander of_this_thread;
    return of_this_thread;
}

}  // namespace

void append_divisors(const Factorization& n, std::vector<std::uint64_t>& out) {
    const auto list = expander().all(n);
    if (list.size() > 2) out.insert(out.end(), list.begin() + 1, list.end() - 1);
}

void append_divisors(const Factorization& n, std::vector<std::uint32_t>& out) {
    const auto list = expander().all(n);
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
