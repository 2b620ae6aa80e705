#include "numbers/big/factor.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <utility>

#include <flint/fmpz.h>
#include <flint/fmpz_factor.h>

#include "numbers/big/scratch_directory.hpp"
#include "numbers/factor.hpp"

namespace factorize::numbers::big {
namespace {

/// fmpz_factor_t with C++ ownership.
class FlintFactors {
public:
    FlintFactors() { fmpz_factor_init(factors_); }
    ~FlintFactors() { fmpz_factor_clear(factors_); }
    FlintFactors(const FlintFactors&) = delete;
    FlintFactors& operator=(const FlintFactors&) = delete;

    fmpz_factor_struct* get() { return factors_; }

private:
    fmpz_factor_t factors_;
};

// As fmpz_factor itself: the primes below 7920, some microseconds.
constexpr slong trial_primes = 1000;

void append(const fmpz_factor_struct& found, Factorization& powers) {
    for (std::size_t i = 0; i < static_cast<std::size_t>(found.num); ++i) {
        powers.push_back({Integer(), found.exp[i]});
        fmpz_set(powers.back().prime.handle(), found.p + i);
    }
}

/// Appends the prime powers of n in no order; a prime may come twice.
void append_powers(const Integer& n, Factorization& powers) {
    FlintFactors small;
    const bool complete = fmpz_factor_trial(small.get(), n.handle(), trial_primes) == 1;
    append(*small.get(), powers);
    if (complete) return;
    const Integer cofactor = std::move(powers.back().prime);
    powers.pop_back();
    if (fmpz_abs_fits_ui(cofactor.handle()) !=
        0) {  // mostly: our kernel is several times faster than FLINT's
        for (const numbers::PrimePower& power : numbers::factor(fmpz_get_ui(cofactor.handle())))
            powers.push_back({Integer(power.prime), power.exponent});
        return;
    }
    FlintFactors large;
    const ScratchDirectory scratch;
    fmpz_factor_no_trial(large.get(), cofactor.handle());
    append(*large.get(), powers);
}

/// FLINT has proved the primes, at a cost worth paying once; BPSW finds a composite among them for nothing.
bool certifies(const Factorization& powers, const Integer& n) {
    Integer product(1);
    Integer power;
    for (const PrimePower& p : powers) {
        fmpz_pow_ui(power.handle(), p.prime.handle(), p.exponent);
        product = product * power;
    }
    return product == n && std::all_of(powers.begin(), powers.end(), [](const PrimePower& p) {
               return fmpz_is_probabprime(p.prime.handle()) == 1;
           });
}

}  // namespace

Factorization factor(const Integer& n) {
    Factorization powers;
    append_powers(n, powers);
    std::sort(powers.begin(), powers.end(),
              [](const PrimePower& a, const PrimePower& b) { return a.prime < b.prime; });
    Factorization merged;
    for (PrimePower& power : powers) {
        if (!merged.empty() && merged.back().prime == power.prime)
            merged.back().exponent += power.exponent;
        else
            merged.push_back(std::move(power));
    }
    if (!certifies(merged, n))
        throw FactorError("FLINT's factorization does not multiply to it or is not of primes");
    return merged;
}

std::uint64_t divisor_count(const Factorization& n) {
    std::uint64_t count = 1;
    for (const PrimePower& power : n)
        if (__builtin_mul_overflow(count, power.exponent + 1, &count))
            return std::numeric_limits<std::uint64_t>::max();
    return count;
}

}  // namespace factorize::numbers::big
