// Cuts bytes into literals and repeats: what deflate's Huffman codes are for.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace factorize::results {

/// A literal as it is, or 256 + length - 3 where 3 <= length <= 258 bytes are what stands so far before as
/// all repeats of the block say.
using RepeatToken = std::uint16_t;

inline constexpr std::uint32_t shortest_repeat = 3;
inline constexpr std::uint32_t longest_repeat = 258;
inline constexpr std::uint32_t first_repeat_token = 256;
inline constexpr std::size_t repeat_token_kinds = 512;

/// Most bytes cut at once: their tokens stay in the cache until they are written.
inline constexpr std::size_t longest_section = 32768;

/// Shuffled divisors need one distance a section: a plane of high bytes has runs of zeros (distance 1), and
/// planes of consecutive numbers repeat after 256 bytes. Looking for matches at any distance finds up to 5 %
/// more at the price of half the speed (tests/bench/README.md).
class RepeatTokens {
public:
    /// Bytes in front of and behind a section that are read, whatever they are.
    static constexpr std::size_t margin = 64;

    /// Chooses the distance at which a section repeats most.
    /// @param section  1 to longest_section bytes inside a buffer that goes on for `margin` bytes at both
    ///                 ends
    /// @return how many of its bytes equal the one so far before
    std::size_t find_repeats(std::span<const std::byte> section);
    /// Cuts the section that find_repeats() was given.
    void cut(std::span<const std::byte> section);
    /// `count` times the same byte, at most a MiB.
    void repeat(std::byte byte, std::size_t count);

    [[nodiscard]] std::span<const RepeatToken> tokens() const { return std::span(tokens_).first(count_); }
    /// Of all repeats.
    [[nodiscard]] std::uint32_t distance() const { return distance_; }

private:
    static constexpr std::size_t lanes = 64;  // of a mask

    std::size_t find_repeats_at(std::uint32_t distance, std::span<const std::byte> section);
    [[nodiscard]] std::size_t run_length(std::size_t start) const;

    // Bit i of all: byte i is the one `distance_` before. One word more, 0, ends the last run.
    std::array<std::uint64_t, longest_section / lanes + 1> repeats_;
    std::array<RepeatToken, longest_section + 32> tokens_;  // literals are written 32 at a time
    std::size_t count_ = 0;
    std::uint32_t distance_ = 1;
};

}  // namespace factorize::results
