#include "numbers/summatory.hpp"

#include "numbers/isqrt.hpp"

namespace factorize::numbers {
namespace {

/// 1 + 2 + ... + n mod 2^64. Halves the even one of n and n + 1, for a product mod 2^64 cannot be halved.
std::uint64_t triangle(std::uint64_t n) { return n % 2 == 0 ? n / 2 * (n + 1) : (n / 2 + 1) * n; }

}  // namespace

DivisorSums divisor_sums(std::uint64_t x) {
    // The lattice points a * b <= x with a <= r, those with b <= r, less those with both (Dirichlet); S
    // weighs each with a.
    const std::uint64_t r = isqrt(x);
    DivisorSums sums;
    for (std::uint64_t i = 1; i <= r; ++i) {
        const std::uint64_t quotient = x / i;
        sums.count += quotient;
        sums.sum += i * quotient + triangle(quotient);
    }
    sums.count = 2 * sums.count - static_cast<Uint128>(r) * r;
    sums.sum -= r * triangle(r);
    return sums;
}

}  // namespace factorize::numbers
