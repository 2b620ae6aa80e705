#include "results/journal.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstring>
#include <limits>
#include <optional>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>
#include <xxhash.h>

#include "jobs/error.hpp"
#include "jobs/storage_error.hpp"

namespace factorize::results {
namespace {

static_assert(std::endian::native == std::endian::little, "the journal is written from memory as it is");

constexpr std::uint64_t magic = 0x4c4e4a5a49544346;  // journal_magic
constexpr std::uint64_t version = 2;
constexpr std::uint64_t longest_job = 1U << 20U;
constexpr std::uint64_t most_blocks = 1U << 20U;  // make_layout() stays below

/// Followed by the job's text.
struct FileHead {
    std::uint64_t magic;
    std::uint64_t version;
    std::uint64_t rows;
    std::uint64_t block_rows;
    std::uint64_t job_bytes;
    std::uint64_t xxh64;  // of the job's text, seeded with the fields before
    Generation generation;
};

/// Followed by the payload. The head has a hash of its own, so that a damaged payload can be stepped over.
struct FrameHead {
    std::uint64_t block;
    std::uint64_t length;
    std::uint64_t payload_xxh64;
    std::uint64_t head_xxh64;
};

template <class Head>
std::uint64_t hash_before(const Head& head, std::size_t bytes) {
    return XXH64(&head, bytes, magic);
}

std::uint64_t hash_of(const FileHead& head, const std::string& job) {
    return XXH64(job.data(), job.size(), hash_before(head, offsetof(FileHead, xxh64)));
}

std::uint64_t hash_of(const FrameHead& head) { return hash_before(head, offsetof(FrameHead, head_xxh64)); }

template <class Head>
bool read_head(const jobs::FileDescriptor& file, std::uint64_t offset, Head& head,
               const std::filesystem::path& path) {
    return jobs::read_at(file, std::as_writable_bytes(std::span(&head, 1)), offset, path) == sizeof(Head);
}

struct Start {
    JournalHeader header;
    std::uint64_t bytes = 0;  // of the head and the text
};

/// None when the file is too short to hold a header.
std::optional<Start> read_start(const jobs::FileDescriptor& file, const std::filesystem::path& path) {
    FileHead head{};
    if (!read_head(file, 0, head, path)) return std::nullopt;
    if (head.magic != magic) {
        throw jobs::StorageError(fmt::format("{} is not a factorize journal; move it away", path.string()));
    }
    if (head.version != version) {
        throw jobs::StorageError(fmt::format(
            "{} was begun by another version of factorize (journal version {}, not {}): go on with "
            "that one or start anew with --overwrite",
            path.string(), head.version, version));
    }
    Start start;
    if (head.job_bytes > longest_job) return std::nullopt;
    start.header = {
        .job = std::string(head.job_bytes, '\0'), .rows = head.rows, .block_rows = head.block_rows};
    const std::size_t got =
        jobs::read_at(file, std::as_writable_bytes(std::span(start.header.job)), sizeof(head), path);
    if (got < head.job_bytes || head.xxh64 != hash_of(head, start.header.job) || head.rows == 0 ||
        head.block_rows == 0 || start.header.blocks() > most_blocks) {
        return std::nullopt;
    }
    start.bytes = sizeof(head) + head.job_bytes;
    return start;
}

/// The head of the frame at `offset` if it is whole and its payload ends before `end`.
std::optional<FrameHead> read_frame(const jobs::FileDescriptor& file, std::uint64_t offset, std::uint64_t end,
                                    const JournalHeader& header, const std::filesystem::path& path) {
    FrameHead head{};
    if (end - offset < sizeof(head) || !read_head(file, offset, head, path)) return std::nullopt;
    if (head.head_xxh64 != hash_of(head) || head.block >= header.blocks()) return std::nullopt;
    if (head.length > end - offset - sizeof(head)) return std::nullopt;
    return head;
}

}  // namespace

std::filesystem::path journal_path(const std::filesystem::path& output) {
    std::filesystem::path path = output;
    path += ".journal";
    return path;
}

Journal::Journal(const std::filesystem::path& path, const JournalHeader& header)
    : path_(path), header_(header), index_(header.blocks()) {
    jobs::refuse_foreign(path_, journal_magic);
    file_ = jobs::open_file(path_, O_RDWR | O_CREAT);
    const std::optional<Start> start = read_start(file_, path_);
    if (!start) {
        // New, or its maker died before the header was whole: nothing can have been appended. What is longer
        // had a whole one.
        if (jobs::file_size(file_, path_) > sizeof(FileHead) + header_.job.size())
            throw jobs::StorageError(
                fmt::format("{} is damaged: its head does not fit its hash; use --overwrite to start anew",
                            path_.string()));
        create();
        return;
    }
    if (start->header != header_) {
        throw jobs::InputError(
            fmt::format("{} belongs to another job: {}, not {}; remove it or choose another "
                        "--output",
                        path_.string(), start->header.job, header_.job));
    }
    end_ = start->bytes;
    fence_ = GenerationFence(file_, offsetof(FileHead, generation), path_);
    scan();
}

void Journal::create() {
    dropped_bytes_ = jobs::file_size(file_, path_);
    if (::ftruncate(file_.get(), 0) != 0) jobs::throw_storage_error(path_, "write", errno);
    FileHead head{.magic = magic,
                  .version = version,
                  .rows = header_.rows,
                  .block_rows = header_.block_rows,
                  .job_bytes = header_.job.size(),
                  .xxh64 = 0,
                  .generation = {}};
    head.xxh64 = hash_of(head, header_.job);
    jobs::write_at(file_, std::as_bytes(std::span(&head, 1)), 0, path_);
    jobs::write_at(file_, std::as_bytes(std::span(header_.job)), sizeof(head), path_);
    end_ = sizeof(head) + header_.job.size();
    jobs::sync_data(file_, path_);
    fence_ = GenerationFence(file_, offsetof(FileHead, generation), path_);
    jobs::sync_directory(jobs::directory_of(path_));
}

void Journal::scan() {
    const std::uint64_t size = jobs::file_size(file_, path_);
    std::vector<std::byte> payload;
    while (const std::optional<FrameHead> head = read_frame(file_, end_, size, header_, path_)) {
        payload.resize(head->length);
        const std::size_t got = jobs::read_at(file_, payload, end_ + sizeof(FrameHead), path_);
        if (got == payload.size() && XXH64(payload.data(), payload.size(), 0) == head->payload_xxh64) {
            Entry& entry = index_[head->block];
            if (entry.offset == 0) ++blocks_;
            entry = {.offset = end_, .length = head->length};
        } else {
            dropped_bytes_ += sizeof(FrameHead) + head->length;
        }
        end_ += sizeof(FrameHead) + head->length;
    }
    if (end_ < size) {
        dropped_bytes_ += size - end_;
        if (::ftruncate(file_.get(), static_cast<off_t>(end_)) != 0)
            jobs::throw_storage_error(path_, "shorten", errno);
        jobs::sync_data(file_, path_);
    }
}

bool Journal::has(std::uint64_t block) const { return index_.at(block).offset != 0; }

std::uint64_t Journal::append(const CheckedResult& checked) {
    std::uint64_t appended = 0;
    for (const PieceView& view : checked.pieces) {
        if (append(view.piece.index, view.bytes)) ++appended;
    }
    return appended;
}

bool Journal::append(std::uint64_t block, std::span<const std::byte> payload) {
    if (has(block)) return false;
    fence_.check_often(file_, path_);
    FrameHead head{.block = block,
                   .length = payload.size(),
                   .payload_xxh64 = XXH64(payload.data(), payload.size(), 0),
                   .head_xxh64 = 0};
    head.head_xxh64 = hash_of(head);
    jobs::write_at(file_, std::as_bytes(std::span(&head, 1)), end_, path_);
    jobs::write_at(file_, payload, end_ + sizeof(head), path_);
    index_[block] = {.offset = end_, .length = payload.size()};
    ++blocks_;
    end_ += sizeof(head) + payload.size();
    return true;
}

void Journal::sync() {
    fence_.check(file_, path_);
    jobs::sync_data(file_, path_);
}

std::vector<std::byte> Journal::read(std::uint64_t block) const {
    const Entry& entry = index_.at(block);
    std::vector<std::byte> payload(entry.length);
    FrameHead head{};
    const bool whole = read_head(file_, entry.offset, head, path_) && head.block == block &&
                       head.length == entry.length &&
                       jobs::read_at(file_, payload, entry.offset + sizeof(head), path_) == payload.size() &&
                       XXH64(payload.data(), payload.size(), 0) == head.payload_xxh64;
    if (!whole) {
        throw jobs::StorageError(
            fmt::format("{} is damaged: the frame of block {} changed after it was checked; "
                        "run again with --resume to compute it anew",
                        path_.string(), block));
    }
    return payload;
}

void Journal::remove() {
    if (::unlink(path_.c_str()) != 0 && errno != ENOENT) jobs::throw_storage_error(path_, "remove", errno);
    jobs::sync_directory(jobs::directory_of(path_));
    file_.close(path_);
}

std::optional<JournalHeader> read_journal_header(const std::filesystem::path& path) {
    std::error_code none;
    if (!std::filesystem::exists(path, none)) return std::nullopt;
    const std::optional<Start> start = read_start(jobs::open_file(path, O_RDONLY), path);
    return start ? std::optional(start->header) : std::nullopt;
}

JournalProgress read_journal_progress(const std::filesystem::path& path) {
    const jobs::FileDescriptor file = jobs::open_file(path, O_RDONLY);
    const std::optional<Start> start = read_start(file, path);
    if (!start) throw jobs::StorageError(fmt::format("{} is not a factorize journal yet", path.string()));
    JournalProgress progress{.header = start->header, .blocks = 0, .bytes = jobs::file_size(file, path)};
    std::vector<bool> seen(progress.header.blocks());
    std::uint64_t at = start->bytes;
    while (const auto head = read_frame(file, at, progress.bytes, progress.header, path)) {
        if (!seen[head->block]) ++progress.blocks;
        seen[head->block] = true;
        at += sizeof(FrameHead) + head->length;
    }
    return progress;
}

}  // namespace factorize::results
