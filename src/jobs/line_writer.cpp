#include "jobs/line_writer.hpp"

#include <algorithm>
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

constexpr std::uint32_t ten_to_8 = 100'000'000;

/// The eight decimal digits of n, leading zeros too, a byte each, the first one lowest. Cuts n into two
/// numbers below 10^4, these into four below 100, these into eight digits, all halves of a step at once: a
/// division by 100 is x * 10486 >> 20, right below 10^4; one by 10 is x * 103 >> 10, right below 100.
/// @pre n < 10^8
std::uint64_t eight_digits(std::uint32_t n) {
    const std::uint64_t high = n / 10'000;
    const std::uint64_t fours = high | (n - high * 10'000) << 32;
    const std::uint64_t hundreds = fours * 10'486 >> 20 & 0x0000'007f'0000'007f;
    const std::uint64_t pairs = hundreds | (fours - hundreds * 100) << 16;
    const std::uint64_t tens = pairs * 103 >> 10 & 0x000f'000f'000f'000f;
    return tens | (pairs - tens * 10) << 8;
}

/// Writes eight bytes, the lowest first.
void store(std::uint64_t bytes, char* out) {
    if constexpr (std::endian::native == std::endian::little) {
        std::memcpy(out, &bytes, sizeof bytes);
    } else {
        for (unsigned i = 0; i < 8; ++i) out[i] = static_cast<char>(bytes >> (8 * i));
    }
}

constexpr std::uint64_t eight_zeros = 0x3030'3030'3030'3030;  // as characters

char* put_eight(std::uint32_t n, char* out) {
    store(eight_digits(n) | eight_zeros, out);
    return out + 8;
}

/// Without leading zeros, "0" for 0. @pre n < 10^8
char* put_up_to_eight(std::uint32_t n, char* out) {
    const std::uint64_t digits = eight_digits(n);
    const int zeros = std::countr_zero(digits | std::uint64_t{1} << 56) / 8;
    store((digits | eight_zeros) >> (8 * zeros), out);
    return out + (8 - zeros);
}

/// The decimal digits of n; returns their end. May write 7 bytes beyond it. Four times as fast as
/// std::to_chars on the divisors of numbers about 10^12: no loop, no branch but on the size.
char* put(std::uint64_t n, char* out) {
    if (n < ten_to_8) return put_up_to_eight(static_cast<std::uint32_t>(n), out);
    const std::uint64_t high = n / ten_to_8;
    if (high < ten_to_8) {
        out = put_up_to_eight(static_cast<std::uint32_t>(high), out);
    } else {
        out = put_up_to_eight(static_cast<std::uint32_t>(high / ten_to_8), out);
        out = put_eight(static_cast<std::uint32_t>(high % ten_to_8), out);
    }
    return put_eight(static_cast<std::uint32_t>(n % ten_to_8), out);
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
