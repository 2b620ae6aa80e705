#include "results/free_space.hpp"

#include <cerrno>

#include <sys/statvfs.h>

#include "jobs/file_descriptor.hpp"
#include "jobs/storage_error.hpp"

namespace factorize::results {

std::uint64_t free_space(const std::filesystem::path& output) {
    const std::filesystem::path directory = jobs::directory_of(output);
    struct statvfs status {};
    while (::statvfs(directory.c_str(), &status) != 0) {
        if (errno != EINTR) jobs::throw_storage_error(directory, "find the free space", errno);
    }
    return std::uint64_t{status.f_bavail} * status.f_frsize;
}

}  // namespace factorize::results
