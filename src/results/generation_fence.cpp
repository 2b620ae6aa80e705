#include "results/generation_fence.hpp"

#include <algorithm>
#include <cerrno>
#include <random>
#include <span>
#include <thread>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include "jobs/error.hpp"
#include "jobs/storage_error.hpp"

namespace factorize::results {
namespace {

static_assert(sizeof(Generation) == 16, "stored as it is");

constexpr int times_a_check = 20;                           // as long as a check takes, between two of them
constexpr std::chrono::milliseconds longest_unchecked{50};  // however long one took
constexpr std::chrono::milliseconds least_wait{100};        // of a successor
static_assert(least_wait >= 2 * longest_unchecked);

}  // namespace

GenerationFence::GenerationFence(const jobs::FileDescriptor& own_file, std::uint64_t offset,
                                 const std::filesystem::path& path)
    : offset_(offset) {
    std::random_device random;
    const Clock::time_point start = Clock::now();
    own_ = {.starts = read(own_file, path).starts + 1, .token = (std::uint64_t{random()} << 32U) | random()};
    const Clock::duration check_takes = Clock::now() - start;
    jobs::write_at(own_file, std::as_bytes(std::span(&own_, 1)), offset_, path);
    jobs::sync_data(own_file, path);
    if (own_.starts > 1)
        std::this_thread::sleep_for(
            std::max<Clock::duration>(least_wait, longest_unchecked + 4 * check_takes));
}

Generation GenerationFence::read(const jobs::FileDescriptor& own_file,
                                 const std::filesystem::path& path) const {
    const jobs::FileDescriptor fresh = jobs::open_file(path, O_RDONLY);
    struct stat ours {};
    struct stat theirs {};
    if (::fstat(own_file.get(), &ours) != 0 || ::fstat(fresh.get(), &theirs) != 0) {
        jobs::throw_storage_error(path, "examine", errno);
    }
    if (ours.st_ino != theirs.st_ino || ours.st_dev != theirs.st_dev) {
        throw jobs::StorageError(fmt::format(
            "{} was replaced by another file while this run wrote it: this run stops", path.string()));
    }
    Generation found;
    if (jobs::read_at(fresh, std::as_writable_bytes(std::span(&found, 1)), offset_, path) < sizeof(found)) {
        throw jobs::StorageError(fmt::format("{} was truncated while this run wrote it", path.string()));
    }
    return found;
}

void GenerationFence::check(const jobs::FileDescriptor& own_file, const std::filesystem::path& path) {
    const Clock::time_point start = Clock::now();
    const Generation found = read(own_file, path);
    if (found != own_) {
        throw jobs::StorageError(fmt::format(
            "{} was taken over by a newer run (start {}, this is start {}): this run stops; what it "
            "committed is kept",
            path.string(), found.starts, own_.starts));
    }
    const Clock::time_point end = Clock::now();
    next_check_ = end + std::min<Clock::duration>(times_a_check * (end - start), longest_unchecked);
}

void GenerationFence::check_often(const jobs::FileDescriptor& own_file, const std::filesystem::path& path) {
    if (Clock::now() >= next_check_) check(own_file, path);
}

}  // namespace factorize::results
