// Cuts a stream of bytes into white-space separated tokens and knows the line of each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace factorize::jobs {

/// A longer token is cut to this many bytes, so that a stream without white space (/dev/zero) ends in a
/// message and not in a full memory. No method factors an integer of a million digits anyway.
inline constexpr std::size_t max_token_bytes = std::size_t{1} << 20;

struct Token {
    std::string_view text;  ///< valid until the next call on the reader; max_token_bytes long when it was cut
    std::uint64_t line = 1;  ///< 1-based line where the token starts
};

/// Reads a file descriptor in large blocks. White space is space, \t, \n, \v, \f and \r, in any amount; a
/// token is complete when white space or the end follows it. Lines of any length; memory is bounded by
/// max_token_bytes plus a block.
class TokenReader {
public:
    /// @param descriptor  open for reading; not closed by the reader
    /// @param name        what messages call it ("standard input", a path)
    TokenReader(int descriptor, std::string name);

    /// The next token, none at the end. An unreadable stream: InputError naming it.
    [[nodiscard]] std::optional<Token> next();

    /// Takes the tokens that come next as long as they are plain numbers (1 to 19 digits, no leading zero)
    /// and lie in the buffer: far faster than one by one, and never waiting. Returns how many; what stops it,
    /// or is among the last few bytes, is left to next().
    [[nodiscard]] std::size_t next_numbers(std::span<std::uint64_t> out);

    /// False when next() would have to read more bytes.
    [[nodiscard]] bool has_buffered_token() const { return begin_ < (at_end_ ? end_ : last_space_); }

    /// True when next() answers without waiting for the stream: takes in all that can be read at once, until
    /// a token is whole or the end is known. False is the moment to flush what was answered.
    [[nodiscard]] bool ready();

    [[nodiscard]] const std::string& name() const { return name_; }

private:
    void refill();
    void make_room();
    void shorten_token(std::size_t fresh);
    void skip_space();
    [[nodiscard]] bool can_read_now() const;

    int descriptor_;
    std::string name_;
    std::vector<char> buffer_;
    std::size_t begin_ = 0;       // first byte not handed out, never white space
    std::size_t end_ = 0;         // end of the bytes read
    std::size_t last_space_ = 0;  // the last white space in begin_..end_; begin_ or less where there is none
    std::uint64_t line_ = 1;      // of begin_
    bool at_end_ = false;
};

/// The digits of the integer >= 1 that a token spells, leading zeros dropped; none for anything else.
/// As in GNU factor a leading '+' and leading zeros are allowed ("+007" is 7). A token of max_token_bytes or
/// more is none: it may have been cut.
[[nodiscard]] std::optional<std::string_view> parse_digits(std::string_view token);

/// The integer that a token spells in the notation of parse_digits, 1 <= n <= 2^64-1; none for anything else.
[[nodiscard]] std::optional<std::uint64_t> parse_number(std::string_view token);

/// A token as a message shows it: in quotes, bytes outside printable ASCII as \x00, a long one cut after 40
/// characters with its length behind it.
[[nodiscard]] std::string in_quotes(std::string_view token);

}  // namespace factorize::jobs
