#include "jobs/factorization_codec.hpp"

#include <algorithm>

#include "jobs/error.hpp"
#include "jobs/little_endian.hpp"

namespace factorize::jobs {
namespace {

constexpr std::byte failed{255};

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
        if (shift == 63 && byte > 1) refuse();  // above 2^64-1
        value |= (byte & 0x7f) << shift;
        if (byte < 0x80) return value;
    }
    refuse();
}

// Refuses all that is no factorization of a 64-bit integer, whatever the bytes are.
numbers::Factorization take_primes(std::uint32_t count, std::span<const std::byte>& frame) {
    numbers::Factorization primes;
    std::uint64_t product = 1;
    std::uint64_t prime = 0;
    std::uint32_t exponent = 0;
    const auto close_power = [&] {
        if (exponent > 0) primes.push_back(prime, exponent);  // the product bounds how many there are
        exponent = 0;
    };
    for (; count > 0; --count) {
        const std::uint64_t step = take_leb128(frame);
        if (step != 0) close_power();
        if (__builtin_add_overflow(prime, step, &prime) || prime < 2 ||
            __builtin_mul_overflow(product, prime, &product))
            refuse();
        ++exponent;
    }
    close_power();
    return primes;
}

}  // namespace

std::uint64_t stored_divisors(const numbers::Factorization& n, Store store) {
    const std::uint64_t tau = n.divisor_count();
    if (tau <= 2) return 0;
    return store == Store::full ? tau - 2 : (tau - 2 + tau % 2) / 2;  // tau is odd for squares only
}

void encode_factorizations(std::span<const FactoredRow> rows, Store store, std::vector<std::byte>& out) {
    std::uint64_t total = 0;
    for (const FactoredRow& row : rows) total += row.primes ? stored_divisors(*row.primes, store) : 0;
    put_u64(total, out);
    for (const FactoredRow& row : rows) {
        if (!row.primes) {
            out.push_back(failed);
            put_u64(row.number, out);
            continue;
        }
        std::uint32_t primes = 0;
        for (const numbers::PrimePower& power : *row.primes) primes += power.exponent;
        out.push_back(static_cast<std::byte>(primes));
        std::uint64_t before = 0;
        for (const numbers::PrimePower& power : *row.primes)
            for (std::uint32_t i = 0; i < power.exponent; ++i) {
                put_leb128(power.prime - before, out);
                before = power.prime;
            }
    }
}

std::uint64_t stored_divisors(std::span<const std::byte> frame) { return take_u64(frame); }

void decode_factorizations(std::span<const std::byte> frame, std::vector<FactoredRow>& out) {
    if (frame.size() < 8) refuse();
    (void)take_u64(frame);
    while (!frame.empty()) {
        const std::byte head = take_byte(frame);
        if (head == failed) {
            if (frame.size() < 8) refuse();
            out.push_back({take_u64(frame), std::nullopt});
        } else {
            const numbers::Factorization primes = take_primes(std::to_integer<std::uint32_t>(head), frame);
            out.push_back({primes.product(), primes});
        }
    }
}

}  // namespace factorize::jobs
