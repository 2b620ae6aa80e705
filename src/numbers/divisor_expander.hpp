// Turns primes into sorted divisor lists.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "numbers/divisor_table.hpp"
#include "numbers/factorization.hpp"

namespace factorize::numbers {

/// A number cut for DivisorExpander: a smooth part whose list is in the DivisorTable, and the other primes.
struct DivisorRecipe {
    std::uint64_t smooth = 1;
    std::uint32_t divisor_count = 1;  ///< tau(n)
    std::uint32_t size = 0;
    std::array<PrimePower, Factorization::max_primes> powers;  ///< `size` of them, none in the smooth part

    DivisorRecipe() = default;
    explicit DivisorRecipe(const Factorization& n);
};

/// How many divisors of a number with tau(n) of them are listed: 1 and n are not.
[[nodiscard]] inline std::size_t full_list_size(std::uint32_t divisor_count) {
    return divisor_count < 2 ? 0 : divisor_count - 2;
}
/// Of these, how many are <= sqrt(n): half, and the root of a square (tau(n) is odd for squares alone).
[[nodiscard]] inline std::size_t half_list_size(std::uint32_t divisor_count) {
    return (divisor_count - 1) / 2;
}

/// Holds the scratch lists; one thread at a time. Its memory grows to three times the longest list met but
/// the last prime's share: at most 1.3 MB.
class DivisorExpander {
public:
    /// Writes the d with 1 < d < n, ascending. @param out  room for full_list_size() values
    void expand(const DivisorRecipe& n, std::uint64_t* out);

    /// Writes those with d <= sqrt(n). @param out  room for half_list_size() values
    void expand(const DivisorRecipe& n, std::uint32_t* out);

private:
    template <class Out>
    void expand_to(const DivisorRecipe& n, Out* out);

    const DivisorTable* table_ = &DivisorTable::get();
    // Each starts with a 0 that is never overwritten.
    std::vector<std::uint64_t> list_;    // D(m)
    std::vector<std::uint64_t> powers_;  // D(m * p^j)
    std::vector<std::uint64_t> next_;    // D(m * p^(j + 1))
};

}  // namespace factorize::numbers
