// Writes answer lines to a file descriptor in large blocks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "numbers/factorization.hpp"

namespace factorize::jobs {

/// Collects lines and writes them some 64 KiB at a time. Lines are written whole, so that several programs
/// may append to one file; only a line above max_line_bytes is written in pieces.
class LineWriter {
public:
    static constexpr std::size_t max_line_bytes = std::size_t{4} << 20;

    /// @param descriptor  open for writing; closed by close() only
    /// @param name        what messages call it ("standard output")
    LineWriter(int descriptor, std::string name);

    /// Writes nothing: an error could not be reported. Call flush().
    ~LineWriter() = default;
    LineWriter(const LineWriter&) = delete;
    LineWriter& operator=(const LineWriter&) = delete;

    /// The line "12:[2, 3, 4, 6]". This and all below: StorageError naming the stream where writing fails.
    void factors_line(std::uint64_t n, std::span<const std::uint64_t> divisors);

    /// The line "12: 2 2 3", as GNU factor prints it.
    void primes_line(std::uint64_t n, const numbers::Factorization& primes);

    /// A piece of a line that the caller composes itself; "\n" ends it.
    void text(std::string_view piece);

    /// Writes all that was collected.
    void flush();

    /// flush(), and closes the descriptor: some file systems report a full disk only then. The last call.
    void close();

private:
    [[nodiscard]] char* room_for(std::size_t bytes);
    void end_at(const char* out);
    void end_line(char* out);
    [[noreturn]] void fail() const;

    int descriptor_;
    std::string name_;
    std::vector<char> buffer_;
    std::size_t size_ = 0;
};

}  // namespace factorize::jobs
