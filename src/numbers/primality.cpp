#include "numbers/primality.hpp"

#include <array>
#include <bit>
#include <cstddef>
#include <span>

#include "numbers/montgomery.hpp"
#include "numbers/small_primes.hpp"

namespace factorize::numbers {
namespace {

/// Does odd n > 2 pass the strong test to each base? The bases advance in lock-step: a modular square waits
/// ~10 cycles for its own result but a new one can start every ~4, so three cost little more than one.
template <std::size_t N>
bool passes_strong_tests(const Montgomery& mod, std::span<const std::uint64_t, N> bases) {
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

// The base sets are the best known of their sizes (G. Jaeschke, Math. Comp. 61, 1993, the first;
// miller-rabin.appspot.com the others, found by J. Sinclair and S. Worley), checked there against Feitsma's
// list of all base-2 pseudoprimes below 2^64.
std::span<const std::uint64_t> strong_test_bases(std::uint64_t n) {
    static constexpr std::uint64_t three[] = {2, 7, 61};
    static constexpr std::uint64_t four[] = {2, 141889084524735, 1199124725622454117, 11096072698276303650U};
    static constexpr std::uint64_t five[] = {2, 4130806001517, 149795463772692060, 186635894390467037,
                                             3967304179347715805};
    static constexpr std::uint64_t six[] = {
        2, 123635709730000, 9233062284813009, 43835965440333360, 761179012939631437, 1263739024124850375};
    static constexpr std::uint64_t seven[] = {2, 325, 9375, 28178, 450775, 9780504, 1795265022};
    if (n < 4'759'123'141) return three;
    if (n < 55'245'642'489'451) return four;
    if (n < 7'999'252'175'582'851) return five;
    if (n < 585'226'005'592'931'977) return six;
    return seven;
}

bool is_prime(std::uint64_t n) {
    if (n % 2 == 0) return n == 2;
    if (n < 3) return false;
    for (const ExactDivisor& p : std::span(small_odd_primes).first(8))
        if (n * p.inverse <= p.limit) return n == p.prime;
    if (n < 29 * 29) return true;  // 23 was the last one tried

    const Montgomery mod(n);
    const auto bases = strong_test_bases(n);
    if (!passes_strong_tests<1>(mod, bases.first<1>())) return false;
    std::size_t tried = 1;
    for (; bases.size() - tried >= 3; tried += 3)
        if (!passes_strong_tests<3>(mod, bases.subspan(tried).first<3>())) return false;
    switch (bases.size() - tried) {
        case 1:
            return passes_strong_tests<1>(mod, bases.last<1>());
        case 2:
            return passes_strong_tests<2>(mod, bases.last<2>());
        default:
            return true;
    }
}

}  // namespace factorize::numbers
