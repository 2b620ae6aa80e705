// Turns primes into sorted divisor lists.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "numbers/divisor_table.hpp"
#include "numbers/factorization.hpp"
#include "numbers/simd_level.hpp"
#include "numbers/vector_expander.hpp"

namespace factorize::numbers {

/// A number cut for DivisorExpander: a part whose list is in the DivisorTable, and the other primes.
struct DivisorRecipe {
    std::uint64_t smooth = 1;         ///< that part
    std::uint32_t divisor_count = 1;  ///< tau(n)
    std::uint32_t size = 0;
    std::array<PrimePower, Factorization::max_primes> powers;  ///< `size` of them, none in that part

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

inline std::size_t list_size(std::uint32_t divisor_count, const std::uint64_t*) {
    return full_list_size(divisor_count);
}
inline std::size_t list_size(std::uint32_t divisor_count, const std::uint32_t*) {
    return half_list_size(divisor_count);
}

/// Holds the scratch lists; one thread at a time. Its memory grows to three times the longest list met but
/// the last prime's share: at most 1.3 MB.
class DivisorExpander {
public:
    /// All levels give the same. @pre the machine has the level
    explicit DivisorExpander(SimdLevel level = simd_level()) : level_(level) {}

    static constexpr std::size_t most_recipes = VectorExpander::most_recipes;

    /// Writes the lists of some numbers one behind the other: those d with 1 < d < n, ascending.
    /// @param out  room for full_list_size() values each  @pre batch.size() <= most_recipes
    void expand(std::span<const DivisorRecipe> batch, std::uint64_t* out) { expand_to(batch, out); }

    /// Writes those with d <= sqrt(n). @param out  room for half_list_size() values each
    void expand(std::span<const DivisorRecipe> batch, std::uint32_t* out) { expand_to(batch, out); }

private:
    template <class Out>
    void expand_to(std::span<const DivisorRecipe> batch, Out* out);
    template <class Out>
    void expand_one(const DivisorRecipe& n, Out* out);

    SimdLevel level_;
    VectorExpander vectors_;
    const DivisorTable* table_ = &DivisorTable::get();
    // Each starts with a 0 that is never overwritten.
    std::vector<std::uint64_t> list_;    // D(m)
    std::vector<std::uint64_t> powers_;  // D(m * p^j)
    std::vector<std::uint64_t> next_;    // D(m * p^(j + 1))
};

}  // namespace factorize::numbers
