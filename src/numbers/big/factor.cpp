#include "numbers/big/factor.hpp"

#include "numbers/big/scratch_directory.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <utility>

#include <flint/fmpz.h>
#include <flint/fmpz_factor.h>

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

Factorization sorted(const fmpz_factor_struct& found) {
    Factorization powers(static_cast<std::size_t>(found.num));
    for (std::size_t i = 0; i < powers.size(); ++i) {
        fmpz_set(powers[i].prime.handle(), found.p + i);
        powers[i].exponent = found.exp[i];
    }
    std::sort(powers.begin(), powers.end(),
              [](const PrimePower& a, const PrimePower& b) { return a.prime < b.prime; });
    return powers;
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
    FlintFactors found;
    {
        const ScratchDirectory scratch;
        fmpz_factor(found.get(), n.handle());
    }
    // FLINT lists primes in the order it finds them, and may list one twice.
    Factorization powers = sorted(*found.get());
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
