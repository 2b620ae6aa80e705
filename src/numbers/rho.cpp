#include "numbers/rho.hpp"

#include "numbers/isqrt.hpp"
#include "numbers/montgomery.hpp"
#include "numbers/primality.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>
#include <numeric>

namespace factorize::numbers {
namespace {

/// A proper divisor of n by Pollard's rho in Brent's form (BIT 20, 1980), walking x -> x^2 + c; 0 when this
/// c only finds n itself. @pre n is odd and composite
std::uint64_t divisor_by_rho(const Montgomery& mod, std::uint64_t c) {
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

/// Primes with repetition, in the order found.
class PrimeFactors {
public:
    explicit PrimeFactors(std::uint64_t least_prime)
        : certain_(least_prime >> 32 ? ~std::uint64_t{0} : least_prime * least_prime) {}

    void split(std::uint64_t n) {
        if (n == 1) return;
        if (n < certain_ || is_prime(n)) {
            primes_[size_++] = n;
            return;
        }
        // rho meets both primes of a square at the same step and never separates them.
        if (const std::uint64_t root = isqrt(n); root * root == n) {
            split(root);
            split(root);
            return;
        }
        const Montgomery mod(n);
        for (std::uint64_t c = 1;; ++c)
            if (const std::uint64_t divisor = divisor_by_rho(mod, c); divisor != 0) {
                split(divisor);
                split(n / divisor);
                return;
            }
    }

    void append_to(Factorization& result) {
        std::sort(primes_.begin(), primes_.begin() + size_);
        for (std::ptrdiff_t i = 0; i < size_;) {
            const auto first = primes_.begin() + i;
            const auto last =
                std::find_if(first, primes_.begin() + size_, [&](auto p) { return p != *first; });
            result.push_back(*first, static_cast<std::uint32_t>(last - first));
            i = last - primes_.begin();
        }
    }

private:
    std::uint64_t certain_;                  // below it nothing is composite
    std::array<std::uint64_t, 8> primes_{};  // 257^8 > 2^64: never more than 7
    std::ptrdiff_t size_ = 0;
};

}  // namespace

void append_rough(std::uint64_t n, std::uint64_t least_prime, Factorization& out) {
    assert(n % 2 == 1 && least_prime >= 257);
    PrimeFactors primes(least_prime);
    primes.split(n);
    primes.append_to(out);
}

}  // namespace factorize::numbers
