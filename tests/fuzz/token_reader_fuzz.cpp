// Any text, arriving in any pieces, gives the tokens, lines and numbers that a plain loop finds in it.
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include "fuzz/script.hpp"
#include "jobs/token_reader.hpp"

namespace {

using namespace factorize;
using fuzz::demand;

struct Expected {
    std::string_view text;
    std::uint64_t line;
    std::optional<std::uint64_t> number;
};

std::optional<std::uint64_t> number_in(std::string_view token) {
    if (!token.empty() && token[0] == '+') token.remove_prefix(1);
    if (token.empty()) return std::nullopt;
    __extension__ unsigned __int128 n = 0;
    for (const char c : token) {
        if (c < '0' || c > '9') return std::nullopt;
        n = n * 10 + static_cast<unsigned>(c - '0');
        if (n > UINT64_MAX) return std::nullopt;
    }
    if (n == 0) return std::nullopt;
    return static_cast<std::uint64_t>(n);
}

std::vector<Expected> expected_of(std::string_view text) {
    constexpr std::string_view space(" \t\n\v\f\r");
    std::vector<Expected> tokens;
    std::uint64_t line = 1;
    for (std::size_t at = 0; at < text.size();) {
        if (space.find(text[at]) != std::string_view::npos) {
            if (text[at] == '\n') ++line;
            ++at;
            continue;
        }
        const std::size_t end = std::min(text.find_first_of(space, at), text.size());
        const std::string_view token = text.substr(at, end - at);
        tokens.push_back({token, line, number_in(token)});
        at = end;
    }
    return tokens;
}

/// Takes what is there; as plain numbers first where `fast`.
void take_tokens(jobs::TokenReader& reader, const std::vector<Expected>& expected, std::size_t& found,
                 bool fast) {
    std::uint64_t numbers[3];
    while (reader.ready()) {
        if (fast) {
            const std::size_t got = reader.next_numbers(numbers);
            for (std::size_t i = 0; i < got; ++i) {
                demand(found < expected.size() && expected[found].number == numbers[i]);
                ++found;
            }
            if (got > 0) continue;
        }
        const std::optional<jobs::Token> token = reader.next();
        if (!token) return;
        demand(found < expected.size());
        demand(token->text == expected[found].text && token->line == expected[found].line);
        demand(jobs::parse_number(token->text) == expected[found].number);
        ++found;
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t bytes) {
    fuzz::Script script(data, bytes);
    const std::size_t piece = 1 + script.take<std::uint8_t>();
    const bool fast = script.take<std::uint8_t>() % 2 == 1;
    const auto rest = script.take(4096);
    const std::string text(rest.begin(), rest.end());
    const std::vector<Expected> expected = expected_of(text);

    int ends[2];
    demand(::pipe2(ends, O_CLOEXEC) == 0);
    jobs::TokenReader reader(ends[0], "pipe");
    std::size_t found = 0;
    for (std::size_t at = 0; at < text.size(); at += piece) {
        const std::string part = text.substr(at, piece);
        demand(::write(ends[1], part.data(), part.size()) == static_cast<ssize_t>(part.size()));
        take_tokens(reader, expected, found, fast);
    }
    ::close(ends[1]);
    take_tokens(reader, expected, found, fast);
    ::close(ends[0]);
    demand(found == expected.size());
    return 0;
}
