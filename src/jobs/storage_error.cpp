#include "jobs/storage_error.hpp"

#include <cerrno>
#include <system_error>

#include <fmt/format.h>

#include "jobs/error.hpp"

namespace factorize::jobs {

void throw_storage_error(const std::filesystem::path& path, const std::string& what, int error) {
    const std::string reason = std::generic_category().message(error);
    if (error == ENOSPC || error == EDQUOT) {
        throw StorageError(
            fmt::format("{}: the disk is full, cannot {} ({}); make room and run again with "
                        "--resume, nothing committed is lost",
                        path.string(), what, reason));
    }
    if (error == EFBIG) {
        throw StorageError(
            fmt::format("{}: cannot {} ({}); raise the limit on the size of a file and run "
                        "again with --resume, nothing committed is lost",
                        path.string(), what, reason));
    }
    throw StorageError(fmt::format("{}: cannot {}: {}", path.string(), what, reason));
}

}  // namespace factorize::jobs
