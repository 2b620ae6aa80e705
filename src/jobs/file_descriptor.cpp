#include "jobs/file_descriptor.hpp"

#include <cerrno>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "jobs/error.hpp"
#include "jobs/storage_error.hpp"

namespace factorize::jobs {

FileDescriptor::~FileDescriptor() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

FileDescriptor& FileDescriptor::operator=(FileDescriptor&& other) noexcept {
    if (this != &other) {
        if (descriptor_ >= 0) ::close(descriptor_);
        descriptor_ = std::exchange(other.descriptor_, -1);
    }
    return *this;
}

void FileDescriptor::close(const std::filesystem::path& path) {
    if (descriptor_ < 0) return;
    // Linux frees the descriptor whatever close() answers: a second try could close a stranger's.
    if (::close(std::exchange(descriptor_, -1)) != 0 && errno != EINTR) {
        throw_storage_error(path, "close", errno);
    }
}

FileDescriptor open_file(const std::filesystem::path& path, int flags, unsigned mode) {
    int descriptor = -1;
    do {
        descriptor = ::open(path.c_str(), flags | O_CLOEXEC, mode);
    } while (descriptor < 0 && errno == EINTR);
    if (descriptor < 0) throw_storage_error(path, (flags & O_CREAT) != 0 ? "create" : "open", errno);
    return FileDescriptor(descriptor);
}

std::size_t read_at(const FileDescriptor& file, std::span<std::byte> bytes, std::uint64_t offset,
                    const std::filesystem::path& path) {
    std::size_t done = 0;
    while (done < bytes.size()) {
        const ssize_t got =
            ::pread(file.get(), bytes.data() + done, bytes.size() - done, static_cast<off_t>(offset + done));
        if (got == 0) break;
        if (got > 0) {
            done += static_cast<std::size_t>(got);
        } else if (errno != EINTR) {
            throw_storage_error(path, "read", errno);
        }
    }
    return done;
}

void write_at(const FileDescriptor& file, std::span<const std::byte> bytes, std::uint64_t offset,
              const std::filesystem::path& path) {
    std::size_t done = 0;
    while (done < bytes.size()) {
        const ssize_t written =
            ::pwrite(file.get(), bytes.data() + done, bytes.size() - done, static_cast<off_t>(offset + done));
        if (written > 0) {
            done += static_cast<std::size_t>(written);
        } else if (written == 0 || errno != EINTR) {
            throw_storage_error(path, "write", written == 0 ? ENOSPC : errno);
        }
    }
}

std::uint64_t file_size(const FileDescriptor& file, const std::filesystem::path& path) {
    struct stat status {};
    if (::fstat(file.get(), &status) != 0) throw_storage_error(path, "examine", errno);
    return static_cast<std::uint64_t>(status.st_size);
}

void sync_data(const FileDescriptor& file, const std::filesystem::path& path) {
    while (::fdatasync(file.get()) != 0) {
        // EINVAL: a special file that cannot be synced, such as a pipe; there is nothing to lose then.
        if (errno == EINVAL) return;
        if (errno != EINTR) throw_storage_error(path, "sync", errno);
    }
}

void sync_directory(const std::filesystem::path& directory) {
    const FileDescriptor opened = open_file(directory, O_RDONLY | O_DIRECTORY);
    // Some network file systems refuse fsync on a directory (EINVAL): they order names themselves.
    if (::fsync(opened.get()) != 0 && errno != EINVAL && errno != EROFS) {
        throw_storage_error(directory, "sync", errno);
    }
}

void throw_in_the_way(const std::filesystem::path& path) {
    throw StorageError(
        fmt::format("{} is in the way, and not a file that factorize made: move it away or choose another "
                    "--output",
                    path.string()));
}

void refuse_foreign(const std::filesystem::path& path, std::string_view beginning) {
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0) {
        if (errno == ENOENT || errno == ENAMETOOLONG) return;
        throw_storage_error(path, "examine", errno);
    }
    if (S_ISREG(status.st_mode)) {
        const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
        if (!file.is_open() && errno == ENOENT) return;  // its owner has removed it since
        if (!file.is_open()) throw_storage_error(path, "open", errno);
        std::string found(beginning.size(), '\0');
        found.resize(read_at(file, std::as_writable_bytes(std::span(found)), 0, path));
        if (beginning.starts_with(found)) return;
    }
    throw_in_the_way(path);
}

std::filesystem::path directory_of(const std::filesystem::path& path) {
    const std::filesystem::path parent = path.parent_path();
    return parent.empty() ? std::filesystem::path(".") : parent;
}

}  // namespace factorize::jobs
