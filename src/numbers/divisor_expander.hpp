// Turns primes into sorted divisor lists.
#pragma once

#include "numbers/divisor_table.hpp"
#include "numbers/factorization.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace factorize::numbers {

/// Holds the scratch lists; one thread at a time. Its memory is that of the longest list met so far, twice:
/// at most 1.7 MB, for 103,680 divisors.
class DivisorExpander {
public:
    /// All divisors of n, 1 and n included, ascending; valid until the next call.
    [[nodiscard]] std::span<const std::uint64_t> all(const Factorization& n);

    /// The proper divisors of smooth * primes[0] * primes[1] * ..., ascending.
    /// @pre smooth < DivisorTable::size; the primes ascend and do not divide it; the product fits 64 bits
    /// @param out  room for tau - 2 values
    void proper(std::uint64_t smooth, std::span<const std::uint64_t> primes, std::uint64_t* out);

    /// The same with only d <= sqrt(n) kept. @param out  room for (tau - 2 + [square]) / 2 values
    void proper(std::uint64_t smooth, std::span<const std::uint64_t> primes, std::uint32_t* out);

private:
    template <class Out>
    void expand(std::uint64_t smooth, std::span<const std::uint64_t> primes, Out* out);
    void multiply(std::uint64_t p, std::uint32_t exponent);
    void reserve(std::size_t size);

    const DivisorTable* table_ = &DivisorTable::get();
    std::vector<std::uint64_t> list_;
    std::vector<std::uint64_t> next_;
    std::size_t size_ = 0;
};

}  // namespace factorize::numbers
