#include "results/hdf5.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "jobs/storage_error.hpp"

namespace factorize::results::hdf5 {
namespace {

herr_t collect(unsigned depth, const H5E_error2_t* entry, void* out) {
    auto& reason = *static_cast<Reason*>(out);
    const char* text = entry->desc == nullptr ? "" : entry->desc;
    if (depth == 0) reason.text = text;
    if (const char* number = std::strstr(text, "errno = "); number != nullptr && reason.error == 0) {
        reason.error = std::atoi(number + std::strlen("errno = "));
    }
    return 0;
}

/// A slice of a dataset: its space with the selection, and the space of the memory.
struct Slice {
    Space file;
    Space memory;
};

Slice select(const Dataset& dataset, hsize_t first, hsize_t count, const std::filesystem::path& path) {
    Slice slice{Space(check(H5Dget_space(dataset.get()), path, "find the size of a dataset")),
                simple_space(count, path)};
    check(H5Sselect_hyperslab(slice.file.get(), H5S_SELECT_SET, &first, nullptr, &count, nullptr), path,
          "select rows");
    return slice;
}

}  // namespace

void initialize() {
    static const bool done = [] {
        // The environment outranks H5Pset_file_locking(), and 1.10.8 reads it when its file package starts,
        // which counting open files brings about. Children get the environment back unchanged.
        constexpr const char* name = "HDF5_USE_FILE_LOCKING";
        const char* const before = std::getenv(name);
        const std::optional<std::string> saved =
            before == nullptr ? std::nullopt : std::optional<std::string>(before);
        ::setenv(name, "FALSE", 1);
        H5dont_atexit();
        H5open();
        H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
        H5Fget_obj_count(static_cast<hid_t>(H5F_OBJ_ALL), H5F_OBJ_FILE);
        if (saved) {
            ::setenv(name, saved->c_str(), 1);
        } else {
            ::unsetenv(name);
        }
        return true;
    }();
    static_cast<void>(done);
}

Damage::Damage(const std::filesystem::path& path, const std::string& fault)
    : LibraryError(fmt::format("{} is damaged: {}; restore it from a copy, or make it again with --overwrite",
                               path.string(), fault),
                   fault) {}

Reason take_reason() {
    Reason reason;
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, collect, &reason);
    H5Eclear2(H5E_DEFAULT);
    // "file write failed: time = ..., errno = 5, ..." says it all up to the first colon when errno is known.
    if (reason.error != 0) reason.text.resize(std::min(reason.text.find(':'), reason.text.size()));
    if (reason.text.empty()) reason.text = "HDF5 gives no reason";
    return reason;
}

void fail(const std::filesystem::path& path, std::string_view what) {
    const Reason reason = take_reason();
    if (reason.error != 0) jobs::throw_storage_error(path, std::string(what), reason.error);
    throw LibraryError(path, fmt::format("cannot {} (HDF5: {})", what, reason.text));
}

Properties file_access(const std::filesystem::path& path) {
    initialize();
    Properties access(check(H5Pcreate(H5P_FILE_ACCESS), path, "prepare HDF5"));
    check(H5Pset_file_locking(access.get(), false, true), path, "prepare HDF5");
    check(H5Pset_fclose_degree(access.get(), H5F_CLOSE_STRONG), path, "prepare HDF5");
    check(H5Pset_sieve_buf_size(access.get(), 1), path, "prepare HDF5");
    return access;
}

Dataset open_dataset(const File& file, const char* name, std::size_t cache_bytes,
                     const std::filesystem::path& path) {
    const Properties access(check(H5Pcreate(H5P_DATASET_ACCESS), path, "prepare HDF5"));
    check(H5Pset_chunk_cache(access.get(), H5D_CHUNK_CACHE_NSLOTS_DEFAULT, cache_bytes,
                             H5D_CHUNK_CACHE_W0_DEFAULT),
          path, "prepare HDF5");
    return Dataset(
        check(H5Dopen2(file.get(), name, access.get()), path, fmt::format("open dataset {}", name)));
}

Space simple_space(hsize_t elements, const std::filesystem::path& path) {
    return Space(check(H5Screate_simple(1, &elements, nullptr), path, "describe a dataset"));
}

void read_slice(const Dataset& dataset, hid_t memory_type, hsize_t first, hsize_t count, void* to,
                const std::filesystem::path& path, std::string_view what) {
    if (count == 0) return;
    const Slice slice = select(dataset, first, count, path);
    check(H5Dread(dataset.get(), memory_type, slice.memory.get(), slice.file.get(), H5P_DEFAULT, to), path,
          what);
}

void write_slice(const Dataset& dataset, hid_t memory_type, hsize_t first, hsize_t count, const void* from,
                 const std::filesystem::path& path) {
    if (count == 0) return;
    const Slice slice = select(dataset, first, count, path);
    check(H5Dwrite(dataset.get(), memory_type, slice.memory.get(), slice.file.get(), H5P_DEFAULT, from), path,
          "write");
}

}  // namespace factorize::results::hdf5
