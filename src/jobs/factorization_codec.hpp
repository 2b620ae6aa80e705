// Prime factorizations as bytes: the frames of a list's journal.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "jobs/store.hpp"
#include "numbers/factorization.hpp"

namespace factorize::jobs {

/// Divisors that a row stores of n: tau(n) - 2, of `half` one of each pair d, n/d; 0 for 1 and primes.
[[nodiscard]] std::uint64_t stored_divisors(const numbers::Factorization& n, Store store);

/// A row of a list once it was factored.
struct FactoredRow {
    std::uint64_t number = 1;
    std::optional<numbers::Factorization> primes;  ///< none where the factorization failed
};

/// Appends one frame: the stored divisors of all rows together (u64, little endian), then a row each: the
/// number of primes with multiplicity (a byte; at most 63), and each prime as the LEB128 of its distance to
/// the one before; or the byte 255 and the number (u64) for a row without factorization. About 17 bytes for a
/// random 64-bit number.
void encode_factorizations(std::span<const FactoredRow> rows, Store store, std::vector<std::byte>& out);

/// The stored divisors of all rows of a frame, without decoding it. @pre frame.size() >= 8
[[nodiscard]] std::uint64_t stored_divisors(std::span<const std::byte> frame);

/// Appends the rows of a frame. StorageError when the bytes are no such frame.
void decode_factorizations(std::span<const std::byte> frame, std::vector<FactoredRow>& out);

}  // namespace factorize::jobs
