// The prime factorization of one 64-bit integer, in place: no allocation.
#pragma once

#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>

namespace factorize::numbers {

struct PrimePower {
    std::uint64_t prime = 0;
    std::uint32_t exponent = 0;

    friend bool operator==(const PrimePower&, const PrimePower&) = default;
};

/// Distinct primes ascending, each with its exponent >= 1. 1 has none.
class Factorization {
public:
    /// The product of the first 16 primes passes 2^64.
    static constexpr std::size_t max_primes = 15;

    /// @pre prime is greater than every prime held; size() < max_primes
    void push_back(std::uint64_t prime, std::uint32_t exponent) {
        assert(size_ < max_primes);
        powers_[size_++] = {prime, exponent};
    }

    /// Makes it 1 again, at the cost of one store.
    void clear() { size_ = 0; }

    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] const PrimePower* begin() const { return powers_.data(); }
    [[nodiscard]] const PrimePower* end() const { return powers_.data() + size_; }
    [[nodiscard]] const PrimePower& operator[](std::size_t i) const { return powers_[i]; }

    /// tau(n), the number of divisors, 1 and n included. At most 103,680 for 64 bits.
    [[nodiscard]] std::uint32_t divisor_count() const {
        std::uint32_t count = 1;
        for (const PrimePower& power : *this) count *= power.exponent + 1;
        return count;
    }

    /// The product, mod 2^64: n itself where the factorization is right.
    [[nodiscard]] std::uint64_t product() const {
        std::uint64_t n = 1;
        for (const PrimePower& power : *this)
            for (std::uint32_t i = 0; i < power.exponent; ++i) n *= power.prime;
        return n;
    }

    friend bool operator==(const Factorization& a, const Factorization& b) {
        if (a.size_ != b.size_) return false;
        for (std::size_t i = 0; i < a.size_; ++i)
            if (!(a[i] == b[i])) return false;
        return true;
    }

private:
    std::array<PrimePower, max_primes> powers_;
    std::size_t size_ = 0;
};

}  // namespace factorize::numbers
