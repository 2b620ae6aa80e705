#include "jobs/token_reader.hpp"

#include <algorithm>
#include <bit>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <iterator>
#include <utility>

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include "jobs/error.hpp"

namespace factorize::jobs {
namespace {

// A pipe holds 64 KiB; files gain nothing measurable from larger reads.
constexpr std::size_t block_bytes = std::size_t{256} * 1024;

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Eight characters, the first one in the lowest byte.
std::uint64_t load(const char* text) {
    std::uint64_t bytes = 0;
    if constexpr (std::endian::native == std::endian::little) {
        std::memcpy(&bytes, text, sizeof bytes);
    } else {
        for (unsigned i = 0; i < 8; ++i)
            bytes |= std::uint64_t{static_cast<unsigned char>(text[i])} << (8 * i);
    }
    return bytes;
}

/// How many of eight characters, each xor '0', are digits before the first that is none. Adding 0x76 to a
/// byte's low seven bits sets its top bit where they are above 9.
unsigned leading_digits(std::uint64_t bytes) {
    const std::uint64_t others =
        (((bytes & 0x7f7f'7f7f'7f7f'7f7f) + 0x7676'7676'7676'7676) | bytes) & 0x8080'8080'8080'8080;
    return static_cast<unsigned>(std::countr_zero(others)) / 8;
}

/// The number that eight digits spell, the first one in the lowest byte: each step joins neighbours, ten,
/// then a hundred, then ten thousand times the first one plus the second.
std::uint64_t value_of_eight(std::uint64_t digits) {
    digits = (digits * 10 + (digits >> 8)) & 0x00ff'00ff'00ff'00ff;
    digits = (digits * 100 + (digits >> 16)) & 0x0000'ffff'0000'ffff;
    return (digits * 10'000 + (digits >> 32)) & 0xffff'ffff;
}

constexpr std::uint64_t powers_of_ten[] = {1,       10,        100,        1000,       10'000,
                                           100'000, 1'000'000, 10'000'000, 100'000'000};

constexpr std::size_t window_bytes = 32;  // 19 digits and what load() reads beyond them

/// A number of 1 to 19 digits, and its end; no end where there is none or it has more.
struct Plain {
    std::uint64_t number = 0;
    const char* end = nullptr;
};

/// @pre window_bytes may be read
Plain plain_number(const char* text) {
    constexpr std::uint64_t zeros = 0x3030'3030'3030'3030;
    if (*text == '0') return {};
    std::uint64_t number = 0;
    for (const char* at = text; at < text + 24; at += 8) {
        const std::uint64_t bytes = load(at) ^ zeros;
        const unsigned digits = leading_digits(bytes);
        if (digits == 8) {
            number = number * powers_of_ten[8] + value_of_eight(bytes);
            continue;
        }
        at += digits;
        if (at == text || at > text + 19) break;
        if (digits > 0) number = number * powers_of_ten[digits] + value_of_eight(bytes << (64 - 8 * digits));
        return {number, at};
    }
    return {};
}

}  // namespace

TokenReader::TokenReader(int descriptor, std::string name)
    : descriptor_(descriptor), name_(std::move(name)), buffer_(block_bytes) {}

std::optional<Token> TokenReader::next() {
    while (!has_buffered_token() && !at_end_) refill();
    if (begin_ == end_) return std::nullopt;

    const char* const first = buffer_.data() + begin_;
    const char* const last = std::find_if(first, static_cast<const char*>(buffer_.data()) + end_, is_space);
    const std::string_view text(first, static_cast<std::size_t>(last - first));
    const Token token{text.substr(0, max_token_bytes), line_};
    begin_ += text.size();
    skip_space();
    return token;
}

std::size_t TokenReader::next_numbers(std::span<std::uint64_t> out) {
    std::size_t found = 0;
    while (found < out.size() && begin_ + window_bytes <= end_) {
        const char* const text = buffer_.data() + begin_;
        const Plain plain = plain_number(text);
        if (plain.end == nullptr || !is_space(*plain.end)) break;
        out[found++] = plain.number;
        begin_ += static_cast<std::size_t>(plain.end - text);
        skip_space();
    }
    return found;
}

bool TokenReader::ready() {
    while (!has_buffered_token() && !at_end_) {
        if (!can_read_now()) return false;
        refill();
    }
    return true;
}

/// One read, waiting where it must. Afterwards begin_ is at a token's first byte or at end_.
void TokenReader::refill() {
    make_room();
    ssize_t got = -1;
    while ((got = ::read(descriptor_, buffer_.data() + end_, buffer_.size() - end_)) < 0) {
        if (errno == EAGAIN || errno == EWOULDBLOCK) {  // a descriptor made non-blocking by who shares it
            pollfd wanted{descriptor_, POLLIN, 0};
            ::poll(&wanted, 1, -1);
        } else if (errno != EINTR) {
            throw InputError(fmt::format("cannot read {}: {}", name_, std::strerror(errno)));
        }
    }
    at_end_ = got == 0;
    const auto fresh = static_cast<std::size_t>(got);
    end_ += fresh;
    for (std::size_t i = end_; i > end_ - fresh; --i) {
        if (is_space(buffer_[i - 1])) {
            last_space_ = i - 1;
            break;
        }
    }
    if (end_ - fresh - begin_ > max_token_bytes) shorten_token(fresh);
    if (begin_ == end_ - fresh) skip_space();
}

/// Moves the unfinished token to the front and leaves at least half a block behind it.
void TokenReader::make_room() {
    std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(begin_),
              buffer_.begin() + static_cast<std::ptrdiff_t>(end_), buffer_.begin());
    end_ -= begin_;
    begin_ = 0;
    last_space_ = 0;
    if (buffer_.size() - end_ < block_bytes / 2) buffer_.resize(buffer_.size() * 2);
}

/// Drops what the last read added to a token that was too long before it; next() cuts the rest.
void TokenReader::shorten_token(std::size_t fresh) {
    const auto end = buffer_.begin() + static_cast<std::ptrdiff_t>(end_);
    const auto added = end - static_cast<std::ptrdiff_t>(fresh);
    const auto rest = std::find_if(added, end, is_space);
    std::copy(rest, end, added);
    const auto dropped = static_cast<std::size_t>(rest - added);
    end_ -= dropped;
    if (last_space_ > 0) last_space_ -= dropped;
}

void TokenReader::skip_space() {
    for (; begin_ < end_ && is_space(buffer_[begin_]); ++begin_)
        if (buffer_[begin_] == '\n') ++line_;
}

bool TokenReader::can_read_now() const {
    pollfd wanted{descriptor_, POLLIN, 0};
    int ready = -1;
    while ((ready = ::poll(&wanted, 1, 0)) < 0 && errno == EINTR) {
    }
    return ready != 0;  // an error too: read() will name it
}

std::optional<std::string_view> parse_digits(std::string_view token) {
    if (token.size() >= max_token_bytes) return std::nullopt;
    if (token.starts_with('+')) token.remove_prefix(1);
    if (!std::all_of(token.begin(), token.end(), is_digit)) return std::nullopt;
    const std::size_t first = token.find_first_not_of('0');
    if (first == std::string_view::npos) return std::nullopt;  // nothing but zeros, or nothing
    return token.substr(first);
}

std::optional<std::uint64_t> parse_number(std::string_view token) {
    const std::optional<std::string_view> digits = parse_digits(token);
    if (!digits) return std::nullopt;
    std::uint64_t n = 0;
    const std::from_chars_result result = std::from_chars(digits->data(), digits->data() + digits->size(), n);
    if (result.ec != std::errc{}) return std::nullopt;  // above 2^64-1
    return n;
}

std::string in_quotes(std::string_view token) {
    constexpr std::size_t most_quoted = 40;
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
    const char* const or_more = token.size() >= max_token_bytes ? " or more" : "";
    return fmt::format("{}...' ({}{} characters)", out, token.size(), or_more);
}

}  // namespace factorize::jobs
