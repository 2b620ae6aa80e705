#include "results/generation_fence.hpp"

#include <cerrno>
#include <random>
#include <span>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include "jobs/error.hpp"
#include "results/file_contents.hpp"

namespace factorize::results {

std::uint64_t find_generation(const hdf5::File& file, const std::filesystem::path& path) {
    const haddr_t offset = H5Dget_offset(hdf5::open_dataset(file, name::generation, 0, path).get());
    if (offset == HADDR_UNDEF) {
        throw jobs::StorageError(fmt::format("{} is damaged: it has no generation", path.string()));
    }
    return offset;
}

GenerationFence::GenerationFence(const FileDescriptor& own_file, std::uint64_t offset,
                                 const std::filesystem::path& path)
    : offset_(offset), checked_(std::chrono::steady_clock::now()) {
    std::random_device random;
    own_ = {.starts = read(own_file, path).starts + 1, .token = (std::uint64_t{random()} << 32U) | random()};
    write_at(own_file, std::as_bytes(std::span(&own_, 1)), offset_, path);
    sync_data(own_file, path);
}

Generation GenerationFence::read(const FileDescriptor& own_file, const std::filesystem::path& path) const {
    const FileDescriptor fresh = open_file(path, O_RDONLY);
    struct stat ours {};
    struct stat theirs {};
    if (::fstat(own_file.get(), &ours) != 0 || ::fstat(fresh.get(), &theirs) != 0) {
        throw_storage_error(path, "examine", errno);
    }
    if (ours.st_ino != theirs.st_ino || ours.st_dev != theirs.st_dev) {
        throw jobs::StorageError(fmt::format(
            "{} was replaced by another file while this run wrote it: this run stops", path.string()));
    }
    Generation found;
    if (read_at(fresh, std::as_writable_bytes(std::span(&found, 1)), offset_, path) < sizeof(found)) {
        throw jobs::StorageError(fmt::format("{} was truncated while this run wrote it", path.string()));
    }
    return found;
}

void GenerationFence::check(const FileDescriptor& own_file, const std::filesystem::path& path) {
    const Generation found = read(own_file, path);
    if (found != own_) {
        throw jobs::StorageError(fmt::format(
            "{} was taken over by a newer run (start {}, this is start {}): this run stops; what it "
            "committed is kept",
            path.string(), found.starts, own_.starts));
    }
    checked_ = std::chrono::steady_clock::now();
}

}  // namespace factorize::results
