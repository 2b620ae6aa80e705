#include "jobs/line_writer.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include "jobs/error.hpp"

namespace factorize::jobs {
namespace {

constexpr std::size_t block_bytes = std::size_t{64} * 1024;  // what a pipe takes at once
constexpr std::size_t item_bytes = 32;    // 20 digits, what put() writes beyond them, and ", " or "]\n"
constexpr std::size_t most_items = 1024;  // so many get room at once
constexpr std::size_t most_primes = 63;   // 2^63

/// [n]: the four decimal digits of n < 10^4, leading zeros too. On the divisors of numbers about 10^12 three
/// times as fast as std::to_chars, which writes two digits at a time, and as arithmetic on eight digits at
/// once.
using FourDigits = std::array<char, 4>;
constexpr auto four_digits = [] {
    std::array<FourDigits, 10'000> table;
    const auto digit = [](std::size_t d) { return static_cast<char>('0' + d % 10); };
    for (std::size_t n = 0; n < table.size(); ++n)
        table[n] = {digit(n / 1000), digit(n / 100), digit(n / 10), digit(n)};
    return table;
}();

/// These write decimal digits and return their end. put_4() and put_8() keep leading zeros.
char* put_4(std::uint32_t n, char* out) { return std::copy_n(four_digits[n].data(), 4, out); }

char* put_8(std::uint32_t n, char* out) { return put_4(n % 10'000, put_4(n / 10'000, out)); }

/// Writes four bytes always: zeros are behind the number, to be overwritten. @pre n < 10^4
char* put_up_to_4(std::uint32_t n, char* out) {
    const int zeros = (n < 10) + (n < 100) + (n < 1000);
    const auto text = std::bit_cast<std::uint32_t>(four_digits[n]);
    const auto stripped =
        std::endian::native == std::endian::little ? text >> (8 * zeros) : text << (8 * zeros);
    std::memcpy(out, &stripped, sizeof stripped);
    return out + (4 - zeros);
}

char* put_up_to_8(std::uint32_t n, char* out) {
    return n < 10'000 ? put_up_to_4(n, out) : put_4(n % 10'000, put_up_to_4(n / 10'000, out));
}

/// Any number. May write 3 bytes beyond it.
char* put(std::uint64_t n, char* out) {
    constexpr std::uint32_t ten_to_8 = 100'000'000;
    if (n < ten_to_8) return put_up_to_8(static_cast<std::uint32_t>(n), out);
    const auto low = static_cast<std::uint32_t>(n % ten_to_8);
    const std::uint64_t high = n / ten_to_8;
    if (high < ten_to_8) return put_8(low, put_up_to_8(static_cast<std::uint32_t>(high), out));
    out = put_up_to_4(static_cast<std::uint32_t>(high / ten_to_8), out);
    return put_8(low, put_8(static_cast<std::uint32_t>(high % ten_to_8), out));
}

}  // namespace

LineWriter::LineWriter(int descriptor, std::string name)
    : descriptor_(descriptor), name_(std::move(name)), buffer_(2 * block_bytes) {}

void LineWriter::factors_line(std::uint64_t n, std::span<const std::uint64_t> divisors) {
    char* out = put(n, room_for(2 * item_bytes));
    *out++ = ':';
    *out++ = '[';
    end_at(out);
    for (std::span rest = divisors; !rest.empty();) {
        const std::span piece = rest.first(std::min(rest.size(), most_items));
        out = room_for((piece.size() + 1) * item_bytes);
        for (const std::uint64_t divisor : piece) {
            out = put(divisor, out);
            *out++ = ',';
            *out++ = ' ';
        }
        end_at(out);
        rest = rest.subspan(piece.size());
    }
    if (!divisors.empty()) out -= 2;
    *out++ = ']';
    end_line(out);
}

void LineWriter::primes_line(std::uint64_t n, const numbers::Factorization& primes) {
    char* out = put(n, room_for((most_primes + 1) * item_bytes));
    *out++ = ':';
    for (const numbers::PrimePower& power : primes) {
        for (std::uint32_t i = 0; i < power.exponent; ++i) {
            *out++ = ' ';
            out = put(power.prime, out);
        }
    }
    end_line(out);
}

void LineWriter::text(std::string_view piece) {
    while (!piece.empty()) {
        const std::string_view part = piece.substr(0, block_bytes);
        end_at(std::copy(part.begin(), part.end(), room_for(part.size())));
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

/// Where so many bytes may be written. Grows, or, inside a line that is too long for that, writes.
char* LineWriter::room_for(std::size_t bytes) {
    if (buffer_.size() - size_ < bytes) {
        if (size_ > max_line_bytes)
            flush();
        else
            buffer_.resize(std::max(buffer_.size() * 2, size_ + bytes));
    }
    return buffer_.data() + size_;
}

/// What was written in the room ends here.
void LineWriter::end_at(const char* out) { size_ = static_cast<std::size_t>(out - buffer_.data()); }

void LineWriter::end_line(char* out) {
    *out++ = '\n';
    end_at(out);
    if (size_ >= block_bytes) flush();
}

}  // namespace factorize::jobs
