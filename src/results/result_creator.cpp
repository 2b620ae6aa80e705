#include "results/result_creator.hpp"

#include <cerrno>
#include <cstdio>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "jobs/error.hpp"
#include "jobs/file_descriptor.hpp"
#include "jobs/storage_error.hpp"
#include "results/chunk_compressor.hpp"
#include "results/file_contents.hpp"
#include "results/generation_fence.hpp"

namespace factorize::results {
namespace {

constexpr std::string_view hdf5_signature = "\x89HDF\r\n\x1a\n";

/// Every result file has its root attributes in its first bytes, also one that is damaged elsewhere.
void refuse_other_programs_hdf5(const std::filesystem::path& path) {
    std::string beginning(4096, '\0');
    beginning.resize(jobs::read_at(jobs::open_file(path, O_RDONLY),
                                   std::as_writable_bytes(std::span(beginning)), 0, path));
    if (beginning.empty()) return;
    for (const std::string_view mark : {"format_version", "factorize"})
        if (beginning.find(mark) == std::string::npos) jobs::throw_in_the_way(path);
}

std::filesystem::path temporary_path(const std::filesystem::path& path) { return path.string() + ".tmp"; }

/// Creates the parts of one file; `path` is what messages call it, the final name.
class Skeleton {
public:
    Skeleton(const std::filesystem::path& temporary, const std::filesystem::path& path) : path_(path) {
        const hdf5::Properties access = hdf5::file_access(path_);
        const hdf5::Properties creation(hdf5::check(H5Pcreate(H5P_FILE_CREATE), path_, "prepare HDF5"));
        // Freed space is never given out again: a chunk that a crash made the index forget stays intact.
        hdf5::check(H5Pset_file_space_strategy(creation.get(), H5F_FSPACE_STRATEGY_NONE, false, 1), path_,
                    "prepare HDF5");
        file_ = hdf5::File(hdf5::check(
            H5Fcreate(temporary.c_str(), H5F_ACC_TRUNC, creation.get(), access.get()), path_, "create"));
        // The signature first: chunks are written past HDF5's cache, and a file that a crash leaves without
        // one would be taken for somebody else's.
        hdf5::check(H5Fflush(file_.get(), H5F_SCOPE_GLOBAL), path_, "write");
    }
    // After an error HDF5 could only try to write the rest again; the file is thrown away as it is.
    ~Skeleton() {
        dataset_.leak();
        file_.leak();
    }
    Skeleton(const Skeleton&) = delete;
    Skeleton& operator=(const Skeleton&) = delete;

    [[nodiscard]] hdf5::Attributes root() const { return {file_.get(), path_}; }

    /// A chunked, filtered vector with a placeholder (zeros) for every chunk: so the index has its final
    /// shape, and a later write only replaces an address and a size in it.
    void add_chunked(const char* dataset_name, const char* long_name, hid_t type, std::size_t width,
                     std::uint64_t elements, std::uint64_t chunk) {
        if (elements == 0) {  // HDF5 refuses a chunk that is larger than a fixed size
            add_contiguous(dataset_name, long_name, type, 0);
            return;
        }
        const hdf5::Properties creation(hdf5::check(H5Pcreate(H5P_DATASET_CREATE), path_, "prepare HDF5"));
        const hsize_t chunk_elements = chunk;
        hdf5::check(H5Pset_chunk(creation.get(), 1, &chunk_elements), path_, "prepare HDF5");
        hdf5::check(H5Pset_shuffle(creation.get()), path_, "prepare HDF5");
        hdf5::check(H5Pset_deflate(creation.get(), 1), path_, "prepare HDF5");
        create(dataset_name, long_name, type, elements, creation);
        std::vector<std::byte> placeholder;
        ChunkCompressor().append_chunk({}, chunk * width, width, placeholder);
        for (hsize_t at = 0; at < elements; at += chunk) {
            hdf5::check(
                H5Dwrite_chunk(dataset_.get(), H5P_DEFAULT, 0, &at, placeholder.size(), placeholder.data()),
                path_, "write");
            if (elements - at <= chunk) break;
        }
        dataset_.close(path_, "write");
    }

    /// A vector in one piece that has its place and its zeros from now on: writing a row later allocates
    /// nothing.
    void add_contiguous(const char* dataset_name, const char* long_name, hid_t type, std::uint64_t elements,
                        bool has_overflow = false) {
        const hdf5::Properties creation(hdf5::check(H5Pcreate(H5P_DATASET_CREATE), path_, "prepare HDF5"));
        hdf5::check(H5Pset_alloc_time(creation.get(), H5D_ALLOC_TIME_EARLY), path_, "prepare HDF5");
        hdf5::check(H5Pset_fill_time(creation.get(), H5D_FILL_TIME_ALLOC), path_, "prepare HDF5");
        create(dataset_name, long_name, type, elements, creation);
        if (has_overflow) hdf5::Attributes(dataset_.get(), path_).create_number(name::overflow, 0);
        dataset_.close(path_, "write");
    }

    void close() { file_.close(path_, "write"); }

private:
    void create(const char* dataset_name, const char* long_name, hid_t type, std::uint64_t elements,
                const hdf5::Properties& creation) {
        const hdf5::Space space = hdf5::simple_space(elements, path_);
        dataset_ = hdf5::Dataset(hdf5::check(H5Dcreate2(file_.get(), dataset_name, type, space.get(),
                                                        H5P_DEFAULT, creation.get(), H5P_DEFAULT),
                                             path_, "create a dataset"));
        hdf5::Attributes(dataset_.get(), path_).create_text("long_name", 256, long_name);
    }

    std::filesystem::path path_;
    hdf5::File file_;
    hdf5::Dataset dataset_;
};

void write_skeleton(const std::filesystem::path& temporary, const std::filesystem::path& path,
                    const JobDescription& job, const Provenance& provenance) {
    const jobs::Layout& layout = job.layout;
    Skeleton skeleton(temporary, path);
    create_root_attributes(skeleton.root(), job, provenance);
    // Small and rewritten things first, so that they share pages with each other and not with results.
    skeleton.add_contiguous(name::generation, "starts of a writer, and a random token of the last one",
                            H5T_STD_U64LE, generation_words);
    skeleton.add_contiguous(name::blocks, "committed blocks of rows; a row counts if its tag fits",
                            block_row_type(path).get(), layout.blocks());
    skeleton.add_contiguous(name::failures, "numbers that failed; a row with number 0 is free",
                            failure_row_type(path).get(), failure_capacity, true);
    skeleton.add_chunked(name::numbers, "number of each row", H5T_STD_U64LE, 8, layout.rows,
                         layout.block_rows);
    skeleton.add_chunked(name::counts, "stored divisors of each row", H5T_STD_U32LE, 4, layout.rows,
                         layout.block_rows);
    skeleton.add_chunked(name::offsets, "position in factors of each row's first divisor", H5T_STD_I64LE, 8,
                         layout.rows, layout.block_rows);
    skeleton.add_chunked(name::factors, "divisors of all rows, one row behind the other",
                         factor_type(job.store), jobs::value_bytes(job.store), layout.factors,
                         layout.factor_chunk);
    skeleton.close();
}

}  // namespace

std::filesystem::path link_target(std::filesystem::path path) {
    constexpr int most_links = 40;  // as Linux
    std::error_code none;
    for (int links = 0; std::filesystem::is_symlink(path, none); ++links) {
        if (links == most_links) jobs::throw_storage_error(path, "follow", ELOOP);
        path = path.parent_path() / std::filesystem::read_symlink(path);
    }
    return path;
}

void check_output(const std::filesystem::path& path, bool overwrite) {
    if (path.filename().empty())
        throw jobs::InputError(
            fmt::format("'{}' is no name of a file; choose another --output", path.string()));
    const std::filesystem::path directory = jobs::directory_of(path);
    struct stat status {};
    if (::stat(directory.c_str(), &status) != 0) {
        throw jobs::StorageError(
            fmt::format("{}: the directory {} does not exist; create it or choose another --output",
                        path.string(), directory.string()));
    }
    if (::stat(path.c_str(), &status) == 0) {
        if (S_ISDIR(status.st_mode)) {
            throw jobs::StorageError(
                fmt::format("{} is a directory; choose another --output", path.string()));
        }
        if (!S_ISREG(status.st_mode)) {
            throw jobs::StorageError(
                fmt::format("{} is not a regular file; choose another --output", path.string()));
        }
        jobs::refuse_foreign(path, hdf5_signature);
        refuse_other_programs_hdf5(path);
        if (!overwrite) {
            throw jobs::InputError(fmt::format(
                "{} exists; use --resume to continue it or --overwrite to replace it", path.string()));
        }
    }
    if (::access(directory.c_str(), W_OK | X_OK) != 0) {
        throw jobs::StorageError(fmt::format("{}: the directory {} is not writable; choose another --output",
                                             path.string(), directory.string()));
    }
    jobs::refuse_foreign(temporary_path(path), hdf5_signature);
}

void create_result_file(const std::filesystem::path& path, const JobDescription& job,
                        const Provenance& provenance, bool overwrite) {
    check_output(path, overwrite);
    const std::filesystem::path temporary = temporary_path(path);
    try {
        write_skeleton(temporary, path, job, provenance);
        jobs::FileDescriptor file = jobs::open_file(temporary, O_RDWR);
        if (::fsync(file.get()) != 0) jobs::throw_storage_error(path, "sync", errno);
        file.close(path);
        if (std::rename(temporary.c_str(), path.c_str()) != 0)
            jobs::throw_storage_error(path, "rename", errno);
    } catch (...) {
        ::unlink(temporary.c_str());
        throw;
    }
    jobs::sync_directory(jobs::directory_of(path));
}

}  // namespace factorize::results
