// Cuts a stream of bytes into white-space separated tokens and knows the line of each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace factorize::jobs {

struct Token {
    std::string_view text;   ///< valid until the next call on the reader
    std::uint64_t line = 1;  ///< 1-based line where the token starts
};

/// Reads a file descriptor in large blocks. A token of any length is held whole; nothing else grows.
class TokenReader {
public:
    /// @param descriptor  open for reading; not closed by the reader
    /// @param name        what messages call it ("standard input", a path)
    TokenReader(int descriptor, std::string name);

    /// The next token, none at the end. An unreadable stream: InputError naming it.
    [[nodiscard]] std::optional<Token> next();

    /// False when next() would have to wait for more bytes: the moment to flush what was answered.
    [[nodiscard]] bool has_buffered_token() const;

    [[nodiscard]] const std::string& name() const { return name_; }

private:
    [[nodiscard]] bool refill();

    int descriptor_;
    std::string name_;
    std::vector<char> buffer_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    std::uint64_t line_ = 1;
    bool at_end_ = false;
};

/// The integer that a token spells: decimal digits only, 1 <= n <= 2^64-1; none for anything else.
[[nodiscard]] std::optional<std::uint64_t> parse_number(std::string_view token);

}  // namespace factorize::jobs
