// Blocks of a deflate stream (RFC 1951), for sections whose repeats all have one distance.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "results/bit_writer.hpp"
#include "results/repeat_tokens.hpp"

namespace factorize::results {

/// A block of the bytes as they are.
/// @pre at most 65,535 bytes
void put_stored_block(std::span<const std::byte> bytes, bool last, BitWriter& out);

/// Most bytes that a header of Huffman codes takes: 3 + 14 + 19 * 3 bits, and 7 + 7 for each of 286 + 30
/// lengths.
inline constexpr std::size_t most_header_bytes = 563;

/// Writes blocks with a Huffman code of their own. Keep the object: its tables are 20 KB.
class DeflateBlock {
public:
    /// Finds the code.
    /// @param tokens  of at most a MiB, fewer than 2^16
    /// @return the size of the block in bits, exactly
    std::size_t plan(const RepeatTokens& tokens);
    /// The block that was planned: the same tokens.
    void put(const RepeatTokens& tokens, bool last, BitWriter& out);

private:
    static constexpr std::size_t end_of_block = 256;
    static constexpr std::size_t symbols = 286;  // literals, the end, 29 lengths
    static constexpr std::size_t distance_symbols = 30;

    struct LengthSymbol {  // one of those that describe the code lengths
        std::uint8_t symbol;
        std::uint8_t extra;
    };

    void count(std::span<const RepeatToken> tokens);
    void describe_lengths(std::span<const std::uint8_t> lengths);
    std::size_t plan_header(std::uint32_t distance);
    void put_header(bool last, BitWriter& out) const;
    void make_table(std::uint32_t distance);

    std::array<std::uint32_t, repeat_token_kinds> token_counts_;
    std::array<std::uint8_t, symbols> lengths_;
    std::array<std::uint16_t, symbols> codes_;
    std::size_t used_symbols_ = 0;    // without the zeros behind
    std::size_t used_distances_ = 0;  // as well
    std::array<LengthSymbol, symbols + distance_symbols> described_;
    std::size_t described_count_ = 0;
    std::array<std::uint8_t, 19> description_lengths_;
    std::array<std::uint16_t, 19> description_codes_;
    std::array<std::uint64_t, repeat_token_kinds> table_;  // bits << 7 | how many
};

}  // namespace factorize::results
