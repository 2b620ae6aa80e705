#include "app/factors_complaints.hpp"

#include <cstddef>
#include <cstdio>
#include <iterator>

#include <fmt/format.h>

#include "jobs/token_reader.hpp"

namespace factorize::app {
namespace {

constexpr std::size_t most_quoted = 40;

void complain(std::string_view text) {
    const std::string line = fmt::format("factors: {}\n", text);
    std::fwrite(line.data(), 1, line.size(), stderr);  // unbuffered: one write a line
}

}  // namespace

std::string in_quotes(std::string_view token) {
    std::string out = "'";
    for (const char c : token.substr(0, most_quoted)) {
        if (c == '\'' || c == '\\')
            fmt::format_to(std::back_inserter(out), "\\{}", c);
        else if (c >= ' ' && c <= '~')
            out += c;
        else
            fmt::format_to(std::back_inserter(out), "\\x{:02x}", static_cast<unsigned char>(c));
    }
    if (token.size() <= most_quoted) return out + "'";
    const char* const or_more = token.size() >= jobs::max_token_bytes ? " or more" : "";
    return fmt::format("{}...' ({}{} characters)", out, token.size(), or_more);
}

std::string not_an_integer(const Place& place, std::string_view token) {
    return fmt::format("{} {}: {} is not an integer >= 1", place.kind, place.position, in_quotes(token));
}

void Complaints::skip(const Place& place, std::string_view token) {
    if (shows_next()) complain(not_an_integer(place, token));
    ++skipped_;
}

void Complaints::fail(const Place& place, std::string_view number, std::string_view reason) {
    complain(fmt::format("{} {}: {} failed: {}", place.kind, place.position, in_quotes(number), reason));
    ++failed_;
}

void Complaints::finish() const {
    if (skipped_ > most_shown)
        complain(fmt::format("{} tokens in all were skipped: not integers >= 1", skipped_));
}

}  // namespace factorize::app
