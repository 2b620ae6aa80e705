// A list's numbers on disk, so that neither its length nor a pipe's end matters.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "jobs/file_descriptor.hpp"
#include "jobs/token_reader.hpp"

namespace factorize::jobs {

/// How every spool begins; the count of its numbers follows (8 bytes), then the numbers, 8 bytes each, little
/// endian.
inline constexpr std::string_view spool_magic = "FCTIZSPL";

/// What the job of a list is called: its numbers, in their order.
[[nodiscard]] std::string list_name(std::uint64_t rows, std::uint64_t xxh64);

/// What became of the input.
struct SpoolSummary {
    std::uint64_t skipped = 0;  ///< tokens that are no integer from 1 to 2^64-1
    std::string first_skipped;  ///< `list.txt:3: 'abc'`, empty when none was
};

/// Copies every number of a list, in order, duplicates too, to the file `spool`, which is replaced; synced.
/// After an error there is none.
///
/// @param skip_invalid  pass over tokens that are no integer from 1 to 2^64-1 instead of refusing the list
/// InputError: such a token, naming file and line; no number at all; unreadable input. StorageError: cannot
/// write.
SpoolSummary spool_numbers(TokenReader& input, const std::filesystem::path& spool, bool skip_invalid);

/// Reads a spool at any place.
class NumberSpool {
public:
    /// Cost: reads the file once, for its hash and its largest number. StorageError when it cannot be read or
    /// is no spool.
    explicit NumberSpool(const std::filesystem::path& path);

    [[nodiscard]] std::uint64_t rows() const { return rows_; }
    [[nodiscard]] std::uint64_t largest() const { return largest_; }
    /// XXH64 of the numbers: the identity of the list.
    [[nodiscard]] std::uint64_t xxh64() const { return xxh64_; }

    /// Gives the file another name, in the place of what has it; durable on return. StorageError.
    void move_to(const std::filesystem::path& path);

    /// The numbers of rows first_row and on. @pre first_row + out.size() <= rows()
    void read(std::uint64_t first_row, std::span<std::uint64_t> out) const;

private:
    std::filesystem::path path_;
    FileDescriptor file_;
    std::uint64_t rows_ = 0;
    std::uint64_t largest_ = 0;
    std::uint64_t xxh64_ = 0;
};

}  // namespace factorize::jobs
