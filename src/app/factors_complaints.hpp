// What `factors` says on standard error about tokens it skips and numbers it cannot answer.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace factorize::app {

/// Where a token stood: {"argument", 2}, {"standard input, line", 7}.
struct Place {
    std::string_view kind;
    std::uint64_t position = 1;
};

/// "argument 2: 'x' is not an integer >= 1"
[[nodiscard]] std::string not_an_integer(const Place& place, std::string_view token);

/// Prints the first five skipped tokens, counts all.
class Complaints {
public:
    static constexpr std::uint64_t most_shown = 5;

    /// True when skip() will print.
    [[nodiscard]] bool shows_next() const { return skipped_ < most_shown; }

    /// A token that is no integer >= 1.
    void skip(const Place& place, std::string_view token);

    /// A number that stays without an answer, and why. Each is printed.
    void fail(const Place& place, std::string_view number, std::string_view reason);

    /// Prints how many tokens were skipped where not all of them were shown.
    void finish() const;

    [[nodiscard]] std::uint64_t skipped() const { return skipped_; }
    [[nodiscard]] std::uint64_t failed() const { return failed_; }

private:
    std::uint64_t skipped_ = 0;
    std::uint64_t failed_ = 0;
};

}  // namespace factorize::app
