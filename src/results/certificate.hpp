// What a complete file says of itself: the sentences of the attribute `certificate`.
#pragma once

#include <cstdint>
#include <string>

namespace factorize::results {

/// Of ranges. `verify` compares: another wording is another format_version.
/// @param sum  of all d with 1 < d < n, mod 2^64
[[nodiscard]] std::string range_certificate(std::uint64_t factors, std::uint64_t sum);

/// Of a list.
[[nodiscard]] std::string list_certificate();

}  // namespace factorize::results
