#include "app/factors_complaints.hpp"

#include <cstdio>

#include <fmt/format.h>

#include "jobs/token_reader.hpp"

namespace factorize::app {
namespace {

void complain(std::string_view text) {
    const std::string line = fmt::format("factors: {}\n", text);
    std::fwrite(line.data(), 1, line.size(), stderr);  // unbuffered: one write a line
}

}  // namespace

std::string not_an_integer(const Place& place, std::string_view token) {
    return fmt::format("{} {}: {} is not an integer >= 1", place.kind, place.position,
                       jobs::in_quotes(token));
}

void Complaints::skip(const Place& place, std::string_view token) {
    if (shows_next()) complain(not_an_integer(place, token));
    ++skipped_;
}

void Complaints::fail(const Place& place, std::string_view number, std::string_view reason) {
    complain(
        fmt::format("{} {}: {} failed: {}", place.kind, place.position, jobs::in_quotes(number), reason));
    ++failed_;
}

void Complaints::finish() const {
    if (skipped_ > most_shown)
        complain(fmt::format("{} tokens in all were skipped: not integers >= 1", skipped_));
}

}  // namespace factorize::app
