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

    explicit RoughBatch(const LaneKernels& kernels = lane_kernels())
        : narrow_{kernels.narrow, {}, {}}, wide_{kernels.wide, {}, {}} {}

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
        bool composite = false;
    };

    /// Numbers for one kernel: narrow or wide.
    struct Side {
        const LaneKernel& kernel;
        std::vector<Rough> candidates;
        std::vector<Rough> queues[ecm_plan_count];
    };

    void test(Side& side);
    void test_base_2(Side& side);
    void test_other_bases(Side& side);
    void run_round(Side& side, std::size_t plan);
    Side& side_of(std::uint64_t n) { return n < LaneKernels::narrow_limit ? narrow_ : wide_; }
    /// Into the queue of the plan it has come to, or split by rho.
    void enqueue(const Rough& composite);
    void add_divisor(const Rough& composite, std::uint64_t divisor);

    std::vector<Rough> untested_;
    Side narrow_;
    Side wide_;
    std::vector<OwnedPrime> primes_;
};

/// Appends what primes, of RoughBatch::split(), holds of this owner, and drops it and all before from primes.
void append_owned_primes(std::span<const RoughBatch::OwnedPrime>& primes, std::uint32_t owner,
                         Factorization& out);

}  // namespace factorize::numbers
