// Random integers that are the same on every machine and in every run.
#pragma once

#include <cstdint>
#include <random>

namespace factorize {

/// std::mt19937_64's output is fixed by the standard; its distributions are not, so none is used.
class RandomNumbers {
public:
    explicit RandomNumbers(std::uint64_t seed) : seed_(seed), engine_(seed) {}

    [[nodiscard]] std::uint64_t seed() const { return seed_; }
    /// Of exactly so many bits, 1..64.
    std::uint64_t of_bits(int bits) { return (engine_() | (std::uint64_t{1} << 63)) >> (64 - bits); }
    std::uint64_t odd_of_bits(int bits) { return of_bits(bits) | 1; }

private:
    std::uint64_t seed_;
    std::mt19937_64 engine_;
};

}  // namespace factorize
