// Huffman codes as deflate wants them: limited in length, and told by their lengths alone (RFC 1951, 3.2.2).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace factorize::results {

/// Most symbols a code can have here: deflate's literals and lengths.
inline constexpr std::size_t most_symbols = 286;

/// Finds the lengths of a complete code. Where Huffman's would be longer than `longest`, nearly the best
/// (within 2 % from 14 bits on): what is cut off is made up for by lengthening the longest ones that are not.
///
/// @param counts   how often each symbol occurs, below 2^16, at most most_symbols of them
/// @param lengths  in bits, 0 for what does not occur; where less than two symbols occur, the first ones that
///                 do not are given a length of 1 too, because a code of less than two is not complete
/// @pre longest <= 15 and 2^longest >= the symbols that occur
void find_code_lengths(std::span<const std::uint32_t> counts, unsigned longest,
                       std::span<std::uint8_t> lengths);

/// The codes of these lengths, the first bit lowest; 0 where there is none.
void assign_codes(std::span<const std::uint8_t> lengths, std::span<std::uint16_t> codes);

}  // namespace factorize::results
