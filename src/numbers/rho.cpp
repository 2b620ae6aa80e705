#include "numbers/rho.hpp"

#include <algorithm>
#include <numeric>

#include "numbers/isqrt.hpp"
#include "numbers/montgomery.hpp"

namespace factorize::numbers {
namespace {

/// A proper divisor of n by Pollard's rho in Brent's form (BIT 20, 1980), walking x -> x^2 + c; 0 when this
/// c only finds n itself. @pre n is odd and composite
std::uint64_t divisor_on_walk(const Montgomery& mod, std::uint64_t c) {
    // One gcd for so many steps: it costs about as much as 50 of them.
    constexpr std::uint64_t steps_per_gcd = 128;
    const std::uint64_t n = mod.modulus();
    std::uint64_t hare = mod.form(2);
    for (std::uint64_t lap = 1;; lap *= 2) {
        const std::uint64_t tortoise = hare;
        for (std::uint64_t i = 0; i < lap; ++i) hare = mod.add(mod.square(hare), c);
        for (std::uint64_t done = 0; done < lap; done += steps_per_gcd) {
            const std::uint64_t checkpoint = hare;
            const std::uint64_t steps = std::min(steps_per_gcd, lap - done);
            std::uint64_t product = mod.one();
            for (std::uint64_t i = 0; i < steps; ++i) {
                hare = mod.add(mod.square(hare), c);
                product = mod.multiply(product, hare > tortoise ? hare - tortoise : tortoise - hare);
            }
            std::uint64_t divisor = std::gcd(product, n);
            if (divisor == 1) continue;
            if (divisor == n) {  // several primes fell in one batch: walk it again, one by one
                hare = checkpoint;
                do {
                    hare = mod.add(mod.square(hare), c);
                    divisor = std::gcd(hare > tortoise ? hare - tortoise : tortoise - hare, n);
                } while (divisor == 1);
            }
            return divisor == n ? 0 : divisor;
        }
    }
}

}  // namespace

std::uint64_t divisor_by_rho(std::uint64_t n) {
    // rho meets both primes of a square at the same step and never separates them.
    if (const std::uint64_t root = isqrt(n); root * root == n) return root;
    const Montgomery mod(n);
    for (std::uint64_t c = 1;; ++c)
        if (const std::uint64_t divisor = divisor_on_walk(mod, c); divisor != 0) return divisor;
}

}  // namespace factorize::numbers
