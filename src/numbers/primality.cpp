#include "numbers/primality.hpp"

#include "numbers/montgomery.hpp"
#include "numbers/small_primes.hpp"

#include <array>
#include <bit>
#include <cstddef>
#include <span>

namespace factorize::numbers {
namespace {

/// Does odd n > 2 pass the strong test to each base? The bases advance in lock-step: a modular square waits
/// ~10 cycles for its own result but a new one can start every ~4, so three cost little more than one.
template <std::size_t N>
bool passes_strong_tests(const Montgomery& mod, const std::array<std::uint64_t, N>& bases) {
    const std::uint64_t n = mod.modulus();
    const int twos = std::countr_zero(n - 1);
    const std::uint64_t odd = (n - 1) >> twos;

    std::array<std::uint64_t, N> base{};
    std::array<std::uint64_t, N> power{};
    std::array<bool, N> passed{};
    for (std::size_t i = 0; i < N; ++i) {
        base[i] = mod.form(bases[i]);
        power[i] = base[i];
        passed[i] = base[i] == 0;  // a multiple of n says nothing about n
    }
    for (int bit = 62 - std::countl_zero(odd); bit >= 0; --bit) {
        for (std::size_t i = 0; i < N; ++i) power[i] = mod.square(power[i]);
        if ((odd >> bit) & 1)
            for (std::size_t i = 0; i < N; ++i) power[i] = mod.multiply(power[i], base[i]);
    }
    for (std::size_t i = 0; i < N; ++i)
        passed[i] = passed[i] || power[i] == mod.one() || power[i] == mod.minus_one();
    for (int step = 1; step < twos; ++step)
        for (std::size_t i = 0; i < N; ++i) {
            power[i] = mod.square(power[i]);
            passed[i] = passed[i] || power[i] == mod.minus_one();
        }
    bool all = true;
    for (std::size_t i = 0; i < N; ++i) all = all && passed[i];
    return all;
}

}  // namespace

// The base sets are the best known (miller-rabin.appspot.com; the last by J. Sinclair, 2011), checked there
// against Feitsma's list of all base-2 pseudoprimes below 2^64.
bool is_prime(std::uint64_t n) {
    if (n % 2 == 0) return n == 2;
    if (n < 3) return false;
    for (const ExactDivisor& p : std::span(small_odd_primes).first(8))
        if (n * p.inverse <= p.limit) return n == p.prime;
    if (n < 29 * 29) return true;  // 23 was the last one tried

    const Montgomery mod(n);
    if (n < 341'531) return passes_strong_tests<1>(mod, {9345883071009581737U});
    if (n < 1'050'535'501) return passes_strong_tests<2>(mod, {336781006125U, 9639812373923155U});
    if (!passes_strong_tests<1>(mod, {2})) return false;
    return passes_strong_tests<3>(mod, {325, 9375, 28178}) &&
           passes_strong_tests<3>(mod, {450775, 9780504, 1795265022});
}

}  // namespace factorize::numbers
