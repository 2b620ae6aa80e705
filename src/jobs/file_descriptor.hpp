// A POSIX file descriptor that closes itself, and the few checked calls made on one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace factorize::jobs {

class FileDescriptor {
public:
    FileDescriptor() = default;
    explicit FileDescriptor(int descriptor) : descriptor_(descriptor) {}
    ~FileDescriptor();
    FileDescriptor(FileDescriptor&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
    FileDescriptor& operator=(FileDescriptor&& other) noexcept;

    [[nodiscard]] int get() const { return descriptor_; }
    [[nodiscard]] bool is_open() const { return descriptor_ >= 0; }
    /// Closes it; an error of close() (a late write error on NFS) is a StorageError naming `path`.
    void close(const std::filesystem::path& path);

private:
    int descriptor_ = -1;
};

/// open(2) with O_CLOEXEC. StorageError naming the path.
[[nodiscard]] FileDescriptor open_file(const std::filesystem::path& path, int flags, unsigned mode = 0666);
/// Reads up to bytes.size() bytes at `offset`; fewer only at the end of the file.
[[nodiscard]] std::size_t read_at(const FileDescriptor& file, std::span<std::byte> bytes,
                                  std::uint64_t offset, const std::filesystem::path& path);
void write_at(const FileDescriptor& file, std::span<const std::byte> bytes, std::uint64_t offset,
              const std::filesystem::path& path);
[[nodiscard]] std::uint64_t file_size(const FileDescriptor& file, const std::filesystem::path& path);
void sync_data(const FileDescriptor& file, const std::filesystem::path& path);
/// Makes a created, renamed or removed name in the directory durable.
void sync_directory(const std::filesystem::path& directory);
/// Refuses to take a file for ours, to be replaced or removed, that is not: StorageError, unless there is no
/// such file, or it is a regular one that begins with `beginning`, as far as it goes (what a killed run left
/// may be short, or empty).
void refuse_foreign(const std::filesystem::path& path, std::string_view beginning);
/// What refuse_foreign() throws.
[[noreturn]] void throw_in_the_way(const std::filesystem::path& path);
/// The directory a path lies in; "." for a bare name.
[[nodiscard]] std::filesystem::path directory_of(const std::filesystem::path& path);

}  // namespace factorize::jobs
