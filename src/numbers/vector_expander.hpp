// The steps of divisor_merge.hpp in vectors: no comparison waits for the one before it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace factorize::numbers {

struct DivisorRecipe;
class DivisorTable;

/// Expands recipes with AVX-512, by networks of minima and maxima (K. E. Batcher, AFIPS Spring Joint Computer
/// Conference 1968, bitonic merging).
class VectorExpander {
public:
    /// Longer lists are for divisor_merge.hpp.
    static constexpr std::uint32_t most_divisors = 4096;

    /// Lists of one kind are expanded together, and the output of so many is still in the L1 cache when it is
    /// written; twice as many take as long.
    static constexpr std::size_t most_recipes = 64;

    VectorExpander() : scratch_(std::make_unique<Scratch>()) {}

    /// Writes the lists one behind the other, as DivisorExpander::expand(), but leaves the places of those
    /// longer than most_divisors alone. @param out  of 64 bits: d with 1 < d < n; of 32: d <= sqrt(n)
    /// @pre the machine has SimdLevel::avx512; batch.size() <= most_recipes
    template <class Out>
    void expand(const DivisorTable& table, std::span<const DivisorRecipe> batch, Out* out);

private:
    struct alignas(64) Vector {
        std::array<std::uint64_t, 8> lanes;
    };
    /// A list fills a power of two of vectors; behind it stands 2^64 - 1.
    using List = std::array<Vector, 2 * most_divisors / 8>;
    struct Scratch {
        List list;    // D(m)
        List powers;  // D(m * p^j)
        List next;    // D(m * p^(j + 1))
    };

    template <class Out>
    void expand_to(const DivisorRecipe& n, std::span<const std::uint16_t> base, Out* out);

    std::unique_ptr<Scratch> scratch_;
};

}  // namespace factorize::numbers
