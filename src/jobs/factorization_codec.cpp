#include "jobs/factorization_codec.hpp"

#include <algorithm>

#include "jobs/error.hpp"
#include "jobs/little_endian.hpp"

namespace factorize::jobs {
namespace {

void put_leb128(std::uint64_t value, std::vector<std::byte>& out) {
    while (value >= 0x80) {
        out.push_back(static_cast<std::byte>(value | 0x80));
        value >>= 7;
    }
    out.push_back(static_cast<std::byte>(value));
}

[[noreturn]] void refuse() { throw StorageError("the factorizations of a journal frame are damaged"); }

std::byte take_byte(std::span<const std::byte>& bytes) {
    if (bytes.empty()) refuse();
    const std::byte first = bytes.front();
    bytes = bytes.subspan(1);
    return first;
}

std::uint64_t take_leb128(std::span<const std::byte>& bytes) {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        const auto byte = std::to_integer<std::uint64_t>(take_byte(bytes));
        value |= (byte & 0x7f) << shift;
        if (byte < 0x80) return value;
    }
    refuse();
}

}  // namespace

std::uint64_t stored_divisors(const numbers::Factorization& n, Store store) {
    const std::uint64_t tau = n.divisor_count();
    if (tau <= 2) return 0;
    return store == Store::full ? tau - 2 : (tau - 2 + tau % 2) / 2;  // tau is odd for squares only
}

void encode_factorizations(std::span<const numbers::Factorization> rows, Store store,
                           std::vector<std::byte>& out) {
    std::uint64_t total = 0;
    for (const numbers::Factorization& n : rows) total += stored_divisors(n, store);
    put_u64(total, out);
    for (const numbers::Factorization& n : rows) {
        std::uint32_t primes = 0;
        for (const numbers::PrimePower& power : n) primes += power.exponent;
        out.push_back(static_cast<std::byte>(primes));
        std::uint64_t before = 0;
        for (const numbers::PrimePower& power : n)
            for (std::uint32_t i = 0; i < power.exponent; ++i) {
                put_leb128(power.prime - before, out);
                before = power.prime;
            }
    }
}

std::uint64_t stored_divisors(std::span<const std::byte> frame) { return take_u64(frame); }

void decode_factorizations(std::span<const std::byte> frame, std::vector<numbers::Factorization>& out) {
    if (frame.size() < 8) refuse();
    (void)take_u64(frame);
    while (!frame.empty()) {
        numbers::Factorization n;
        std::uint64_t prime = 0;
        std::uint32_t exponent = 0;
        for (auto left = std::to_integer<std::uint32_t>(take_byte(frame)); left > 0; --left) {
            const std::uint64_t step = take_leb128(frame);
            if (step != 0 && exponent != 0) {
                if (n.size() == numbers::Factorization::max_primes) refuse();
                n.push_back(prime, exponent);
                exponent = 0;
            }
            prime += step;
            ++exponent;
        }
        if (exponent != 0) {
            if (n.size() == numbers::Factorization::max_primes) refuse();
            n.push_back(prime, exponent);
        }
        out.push_back(n);
    }
}

}  // namespace factorize::jobs
