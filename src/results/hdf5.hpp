// HDF5's C handles with an owner, and its calls with a check. Not for headers that leave this room.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

#include <hdf5.h>

#include "jobs/error.hpp"

namespace factorize::results::hdf5 {

/// The library failed: the file is damaged, or was read while a writer changed it. (A full disk is a plain
/// StorageError.)
class LibraryError : public jobs::StorageError {
public:
    /// @param fault  "cannot write (HDF5: no write intent on file)"
    LibraryError(const std::filesystem::path& path, const std::string& fault)
        : LibraryError(path.string() + ": " + fault, fault) {}
    /// Without the path.
    [[nodiscard]] const std::string& fault() const { return fault_; }

protected:
    LibraryError(const std::string& message, std::string fault)
        : StorageError(message), fault_(std::move(fault)) {}

private:
    std::string fault_;
};

/// A file that no writer changes is not what it was: that, and what can be done about it.
class Damage : public LibraryError {
public:
    /// @param fault  "the sizes of its datasets do not fit together"
    Damage(const std::filesystem::path& path, const std::string& fault);
};

/// Prepares the library, once; every open or create goes through it. Its messages on stderr are off, and so
/// are its own file locks (rank 0 holds OutputLock, readers hold none), and its flush at exit, which crashes
/// when the disk is full.
void initialize();

/// Throws a LibraryError "<path>: cannot <what> (HDF5: <innermost reason of its error stack>)"; a full disk
/// is recognized by the errno in the stack and named as such.
[[noreturn]] void fail(const std::filesystem::path& path, std::string_view what);

struct Reason {
    std::string text;
    int error = 0;  ///< errno, where the stack mentions one
};

/// The innermost reason of HDF5's error stack, which is cleared.
[[nodiscard]] Reason take_reason();

/// `result` of an HDF5 call unless it is negative: then fail().
template <class Result>
Result check(Result result, const std::filesystem::path& path, std::string_view what) {
    if (result < 0) fail(path, what);
    return result;
}

template <herr_t (*close_handle)(hid_t)>
class Handle {
public:
    Handle() = default;
    explicit Handle(hid_t id) : id_(id) {}
    ~Handle() {
        if (id_ >= 0) close_handle(id_);
    }
    Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, H5I_INVALID_HID)) {}
    Handle& operator=(Handle&& other) noexcept {
        if (this != &other) {
            if (id_ >= 0) close_handle(id_);
            id_ = std::exchange(other.id_, H5I_INVALID_HID);
        }
        return *this;
    }

    [[nodiscard]] hid_t get() const { return id_; }
    [[nodiscard]] bool is_open() const { return id_ >= 0; }

    /// Closes it, and says so if that fails.
    void close(const std::filesystem::path& path, std::string_view what) {
        if (id_ >= 0) check(close_handle(std::exchange(id_, H5I_INVALID_HID)), path, what);
    }
    /// Gives it up unclosed: what closing would have to write cannot be written any more.
    void leak() { id_ = H5I_INVALID_HID; }

private:
    hid_t id_ = H5I_INVALID_HID;
};

using File = Handle<H5Fclose>;
using Dataset = Handle<H5Dclose>;
using Space = Handle<H5Sclose>;
using Type = Handle<H5Tclose>;
using Attribute = Handle<H5Aclose>;
using Properties = Handle<H5Pclose>;

/// How we open files: no locks, every object closed with its file, no sieve buffer. (A sieve buffer would
/// turn the commit of one row into a rewrite of 64 KiB of rows around it.)
[[nodiscard]] Properties file_access(const std::filesystem::path& path);

/// Opens a dataset for direct chunk writes or one-pass reads: with a chunk cache of `cache_bytes`.
[[nodiscard]] Dataset open_dataset(const File& file, const char* name, std::size_t cache_bytes,
                                   const std::filesystem::path& path);

[[nodiscard]] Space simple_space(hsize_t elements, const std::filesystem::path& path);

/// Reads or writes `count` elements from `first` on of a one-dimensional dataset. @param what  for messages
void read_slice(const Dataset& dataset, hid_t memory_type, hsize_t first, hsize_t count, void* to,
                const std::filesystem::path& path, std::string_view what = "read");
void write_slice(const Dataset& dataset, hid_t memory_type, hsize_t first, hsize_t count, const void* from,
                 const std::filesystem::path& path);

}  // namespace factorize::results::hdf5
