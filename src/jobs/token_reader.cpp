#include "jobs/token_reader.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
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
    return ::poll(&wanted, 1, 0) != 0;  // an error too: read() will name it
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

}  // namespace factorize::jobs
