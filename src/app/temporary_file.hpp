// A file that is there for a while.
#pragma once

#include <filesystem>
#include <system_error>
#include <utility>

namespace factorize::app {

/// Removes the file at `path` in the end, unless it has got another name by then. It need not exist.
class TemporaryFile {
public:
    explicit TemporaryFile(std::filesystem::path path) : path_(std::move(path)) {}
    ~TemporaryFile() {
        std::error_code ignored;
        std::filesystem::remove(path_, ignored);
    }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

}  // namespace factorize::app
