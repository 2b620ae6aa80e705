// What a failed call on a file tells the user.
#pragma once

#include <filesystem>
#include <string>

namespace factorize::jobs {

/// Throws the StorageError for a failed call: "factors.h5: cannot <what>: <reason>", and for a full disk what
/// to do about it.
[[noreturn]] void throw_storage_error(const std::filesystem::path& path, const std::string& what, int error);

}  // namespace factorize::jobs
