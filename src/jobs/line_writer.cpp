#include "jobs/line_writer.hpp"

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

constexpr std::size_t block_bytes = std::size_t{64} * 1024;  // what a pipe takes at once
constexpr std::size_t item_bytes = 24;                       // 20 digits, and ", " or "]\n"

}  // namespace

LineWriter::LineWriter(int descriptor, std::string name)
    : descriptor_(descriptor), name_(std::move(name)), buffer_(2 * block_bytes) {}

void LineWriter::factors_line(std::uint64_t n, std::span<const std::uint64_t> divisors) {
    room_for(2 * item_bytes);
    digits(n);
    buffer_[size_++] = ':';
    buffer_[size_++] = '[';
    for (const std::uint64_t divisor : divisors) {
        room_for(2 * item_bytes);
        digits(divisor);
        buffer_[size_++] = ',';
        buffer_[size_++] = ' ';
    }
    if (!divisors.empty()) size_ -= 2;
    buffer_[size_++] = ']';
    end_line();
}

void LineWriter::primes_line(std::uint64_t n, const numbers::Factorization& primes) {
    room_for(2 * item_bytes);
    digits(n);
    buffer_[size_++] = ':';
    for (const numbers::PrimePower& power : primes) {
        for (std::uint32_t i = 0; i < power.exponent; ++i) {
            room_for(2 * item_bytes);
            buffer_[size_++] = ' ';
            digits(power.prime);
        }
    }
    end_line();
}

void LineWriter::text(std::string_view piece) {
    while (!piece.empty()) {
        const std::string_view part = piece.substr(0, block_bytes);
        room_for(part.size());
        std::copy(part.begin(), part.end(), buffer_.begin() + static_cast<std::ptrdiff_t>(size_));
        size_ += part.size();
        piece.remove_prefix(part.size());
    }
    if (size_ >= block_bytes && buffer_[size_ - 1] == '\n') flush();
}

void LineWriter::flush() {
    const std::size_t size = std::exchange(size_, 0);  // what cannot be written is lost, not tried again
    for (std::size_t done = 0; done < size;) {
        const ssize_t written = ::write(descriptor_, buffer_.data() + done, size - done);
        if (written >= 0) {
            done += static_cast<std::size_t>(written);
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {  // made non-blocking by who shares it
            pollfd wanted{descriptor_, POLLOUT, 0};
            ::poll(&wanted, 1, -1);
        } else if (errno != EINTR) {
            fail();
        }
    }
}

void LineWriter::close() {
    flush();
    if (::close(descriptor_) != 0) fail();
}

void LineWriter::fail() const {
    throw StorageError(fmt::format("cannot write {}: {}", name_, std::strerror(errno)));
}

/// @pre room_for() made room
void LineWriter::digits(std::uint64_t n) {
    char* const out = buffer_.data() + size_;
    size_ += static_cast<std::size_t>(std::to_chars(out, out + item_bytes, n).ptr - out);
}

void LineWriter::end_line() {
    buffer_[size_++] = '\n';
    if (size_ >= block_bytes) flush();
}

/// Grows, or, inside a line that is too long for that, writes.
void LineWriter::room_for(std::size_t bytes) {
    if (buffer_.size() - size_ >= bytes) return;
    if (size_ + bytes > max_line_bytes)
        flush();
    else
        buffer_.resize(std::min(buffer_.size() * 2, max_line_bytes));
}

}  // namespace factorize::jobs
