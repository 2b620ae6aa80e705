// Splits numbers without small prime factors, one or many at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "numbers/factorization.hpp"
#include "numbers/lane_kernels.hpp"

namespace factorize::numbers {

/// Appends the prime factors of n to out.
///
/// Deterministic. Cost: a primality test; for a composite a few elliptic curves (EcmPlan), a lane each.
///
/// @pre n is odd, >= 1; every prime factor of n is >= least_prime >= 257 and greater than those in out
void append_rough(std::uint64_t n, std::uint64_t least_prime, Factorization& out);

/// Splits many numbers together: each SIMD lane tests or splits another one, and takes the next when done.
///
/// The primes do not depend on what else is in the batch, nor on the kernels. Memory: about 60 bytes a
/// number.
class RoughBatch {
public:
    /// A prime factor, once for each time it divides.
    struct OwnedPrime {
        std::uint32_t owner;
        std::uint64_t prime;
    };

    explicit RoughBatch(const LaneKernels& kernels = lane_kernels()) : kernels_(kernels) {}

    /// @pre n is odd, >= 1, of prime factors >= the least_prime that split() will be told
    void add(std::uint64_t n, std::uint32_t owner) {
        if (n > 1) untested_.push_back({n, owner});
    }

    /// The primes of all numbers added since the last call, by owner and then ascending; valid until the next
    /// call. @pre least_prime >= 257
    [[nodiscard]] std::span<const OwnedPrime> split(std::uint64_t least_prime);

private:
    struct Rough {
        std::uint64_t n;
        std::uint32_t owner;
        std::uint8_t curves = 0;  ///< tried so far
        std::uint8_t wholes = 0;  ///< curves that found all primes at once
    };

    void test(std::uint64_t certain);
    void run_curves();
    void run_round(std::vector<Rough>& queue, std::size_t plan);
    /// Into the queue of the plan it has come to, or split by rho.
    void enqueue(const Rough& composite);
    void add_divisor(const Rough& composite, std::uint64_t divisor);

    const LaneKernels& kernels_;
    std::vector<Rough> untested_;
    std::vector<Rough> candidates_;
    std::vector<Rough> queues_[ecm_plan_count];
    std::vector<OwnedPrime> primes_;
};

}  // namespace factorize::numbers
