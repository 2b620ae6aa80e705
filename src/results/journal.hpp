// A list's factorizations on their way: an append-only file beside the output, until the layout is known.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "jobs/file_descriptor.hpp"
#include "jobs/task_result.hpp"
#include "results/generation_fence.hpp"
#include "results/result_check.hpp"

namespace factorize::results {

/// How every journal begins.
inline constexpr std::string_view journal_magic = "FCTIZJNL";

/// What a journal belongs to.
struct JournalHeader {
    std::string job;  ///< JobDescription::job and the store, canonical
    std::uint64_t rows = 0;
    std::uint64_t block_rows = 0;

    [[nodiscard]] std::uint64_t blocks() const { return rows == 0 ? 0 : (rows - 1) / block_rows + 1; }
    friend bool operator==(const JournalHeader&, const JournalHeader&) = default;
};

/// factors.h5 -> factors.h5.journal
[[nodiscard]] std::filesystem::path journal_path(const std::filesystem::path& output);

/// One frame a block, in any order, checked by xxh64. Memory: 16 bytes a block. Errors: StorageError; one
/// while appending leaves what was synced as it is. Not thread-safe.
class Journal {
public:
    /// Opens a journal or creates it (synced, with its directory), and raises its generation. Every frame is
    /// read and checked: a torn tail is cut off, a damaged frame is forgotten, so that their blocks are
    /// computed again. Another job's journal: InputError. A file that is no journal: StorageError.
    Journal(const std::filesystem::path& path, const JournalHeader& header);

    [[nodiscard]] bool has(std::uint64_t block) const;
    [[nodiscard]] std::uint64_t blocks() const { return blocks_; }  ///< frames, one a block
    [[nodiscard]] bool is_complete() const { return blocks_ == header_.blocks(); }
    [[nodiscard]] const JournalHeader& header() const { return header_; }
    /// What opening it dropped: 0 in a journal that was closed orderly.
    [[nodiscard]] std::uint64_t dropped_bytes() const { return dropped_bytes_; }

    /// Appends the frames (Target::factorizations) of a task; blocks already there are left as they are.
    /// @param checked  by check_frames()
    /// @return how many blocks were new
    std::uint64_t append(const CheckedResult& checked);
    /// Appends one frame. @return whether it was new
    bool append(std::uint64_t block, std::span<const std::byte> payload);

    /// Makes what was appended durable. StorageError also when a newer run has taken over the journal, or
    /// finished and removed it.
    void sync();

    /// The payload of a block. @pre has(block). Damaged since it was opened: StorageError.
    [[nodiscard]] std::vector<std::byte> read(std::uint64_t block) const;

    /// Deletes the file: after the last commit of the result file. No other call may follow.
    void remove();

private:
    struct Entry {
        std::uint64_t offset = 0;  // of the frame; 0 (the header's place) means none
        std::uint64_t length = 0;  // of its payload
    };

    void create();
    void scan();

    std::filesystem::path path_;
    JournalHeader header_;
    jobs::FileDescriptor file_;
    GenerationFence fence_;
    std::vector<Entry> index_;
    std::uint64_t blocks_ = 0;
    std::uint64_t end_ = 0;
    std::uint64_t dropped_bytes_ = 0;
};

/// What `info` tells of a journal that may be written at this moment.
struct JournalProgress {
    JournalHeader header;
    std::uint64_t blocks = 0;  ///< whole frames
    std::uint64_t bytes = 0;
};

/// What a journal belongs to; none when there is no file, or no whole header in it. StorageError.
[[nodiscard]] std::optional<JournalHeader> read_journal_header(const std::filesystem::path& path);

/// Walks the frames without reading their payloads and without changing anything.
[[nodiscard]] JournalProgress read_journal_progress(const std::filesystem::path& path);

}  // namespace factorize::results
