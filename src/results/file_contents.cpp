#include "results/file_contents.hpp"

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <initializer_list>
#include <span>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include "jobs/error.hpp"
#include "jobs/file_descriptor.hpp"
#include "jobs/storage_error.hpp"

namespace factorize::results {
namespace {

// Bytes set aside for each text: what it holds is written after the file was created, and never moves.
constexpr std::size_t short_text = 64;
constexpr std::size_t line_text = 512;
constexpr std::size_t long_text = 4096;
// A version 1 object header, the one every HDF5 reads, holds attributes of less than 64 KiB.
constexpr std::size_t longest_job = 60'000;

[[noreturn]] void refuse(const std::filesystem::path& path, const std::string& what) {
    throw jobs::StorageError(fmt::format("{} {}", path.string(), what));
}

[[noreturn]] void refuse_damaged(const std::filesystem::path& path, const std::string& what) {
    throw hdf5::Damage(path, what);
}

struct Shape {
    std::uint64_t elements = 0;
    std::uint64_t chunk = 0;  // 0: not chunked

    friend bool operator==(const Shape&, const Shape&) = default;
};

Shape shape_of(const hdf5::File& file, const char* dataset_name, hid_t type,
               const std::filesystem::path& path) {
    const hdf5::Dataset dataset = hdf5::open_dataset(file, dataset_name, 0, path);
    const hdf5::Type found(hdf5::check(H5Dget_type(dataset.get()), path, "find the type of a dataset"));
    if (hdf5::check(H5Tequal(found.get(), type), path, "compare types") <= 0)
        refuse_damaged(path, fmt::format("the elements of dataset {} are of another type", dataset_name));
    const hdf5::Space space(hdf5::check(H5Dget_space(dataset.get()), path, "find the size of a dataset"));
    hsize_t elements = 0;
    if (H5Sget_simple_extent_ndims(space.get()) != 1 ||
        H5Sget_simple_extent_dims(space.get(), &elements, nullptr) != 1) {
        refuse_damaged(path, fmt::format("dataset {} is not a vector", dataset_name));
    }
    const hdf5::Properties created(
        hdf5::check(H5Dget_create_plist(dataset.get()), path, "find the chunks of a dataset"));
    const H5D_layout_t layout = H5Pget_layout(created.get());
    hsize_t chunk = 0;
    if (layout == H5D_CHUNKED &&
        hdf5::check(H5Pget_chunk(created.get(), 1, &chunk), path, "find the chunks of a dataset") != 1) {
        refuse_damaged(path, fmt::format("the chunks of dataset {} are no vectors", dataset_name));
    }
    if (layout != H5D_CHUNKED && layout != H5D_CONTIGUOUS)
        refuse_damaged(path, fmt::format("dataset {} is stored in another way", dataset_name));
    return {elements, chunk};
}

/// HDF5 protects a superblock of version 2 by a checksum, but not the extension that tells how space is
/// managed. Ours say that free space is not remembered; where they seem to say otherwise, HDF5 1.10 crashes
/// when it closes the file.
void check_extension(std::span<const std::byte> found, const std::filesystem::path& path) {
    constexpr std::size_t version = 8;   // of the superblock
    constexpr std::size_t message = 64;  // the only one of the extension: its type, 16 bits
    constexpr std::size_t remembers = 74;
    constexpr std::byte space_management{0x17};
    if (found.size() > remembers && found[version] == std::byte{2} && found[message] == space_management &&
        found[message + 1] == std::byte{0} && found[remembers] != std::byte{0})
        refuse_damaged(path, "the extension of its superblock is not what factorize writes");
}

/// Is there a file at all, and could it be HDF5? Clearer than what the library says.
void check_signature(const std::filesystem::path& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) {
        if (errno == ENOENT) throw jobs::StorageError(fmt::format("{}: no such file", path.string()));
        jobs::throw_storage_error(path, "open", errno);
    }
    if (S_ISDIR(status.st_mode)) refuse(path, "is a directory, not a factorize result file");
    if (!S_ISREG(status.st_mode)) refuse(path, "is not a factorize result file (not a regular file)");
    if (status.st_size == 0) refuse(path, "is empty, not a factorize result file");
    constexpr std::array<unsigned char, 8> signature{0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};
    std::array<std::byte, 96> found{};
    const jobs::FileDescriptor file = jobs::open_file(path, O_RDONLY);
    const std::size_t bytes = jobs::read_at(file, found, 0, path);
    if (bytes < signature.size() || std::memcmp(found.data(), signature.data(), signature.size()) != 0) {
        refuse(path, "is not a factorize result file (it is not HDF5)");
    }
    check_extension(std::span(found).first(bytes), path);
}

/// Which of `values` an attribute names: damaged, if none.
template <class Value>
Value one_of(const hdf5::Attributes& root, const char* attribute, std::initializer_list<Value> values) {
    const std::string text = root.read_text(attribute);
    for (const Value value : values)
        if (text == to_text(value)) return value;
    throw hdf5::Damage(root.path(), fmt::format("its {} is none that factorize writes", attribute));
}

}  // namespace

hdf5::Type block_row_type(const std::filesystem::path& path) {
    hdf5::Type type(hdf5::check(H5Tcreate(H5T_COMPOUND, sizeof(BlockRow)), path, "describe a row"));
    const auto field = [&](const char* field_name, std::size_t offset, hid_t field_type) {
        hdf5::check(H5Tinsert(type.get(), field_name, offset, field_type), path, "describe a row");
    };
    field("first_row", offsetof(BlockRow, first_row), H5T_STD_U64LE);
    field("rows", offsetof(BlockRow, rows), H5T_STD_U64LE);
    field("first_factor", offsetof(BlockRow, first_factor), H5T_STD_U64LE);
    field("factors", offsetof(BlockRow, factors), H5T_STD_U64LE);
    field("rank", offsetof(BlockRow, rank), H5T_STD_I32LE);
    field("attempt", offsetof(BlockRow, attempt), H5T_STD_U32LE);
    field("seconds", offsetof(BlockRow, seconds), H5T_IEEE_F64LE);
    field("xxh64", offsetof(BlockRow, xxh64), H5T_STD_U64LE);
    field("tag", offsetof(BlockRow, tag), H5T_STD_U64LE);
    return type;
}

hdf5::Type failure_row_type(const std::filesystem::path& path) {
    hdf5::Type message(hdf5::check(H5Tcopy(H5T_C_S1), path, "describe a row"));
    hdf5::check(H5Tset_size(message.get(), FailureRow::message_bytes), path, "describe a row");
    hdf5::check(H5Tset_strpad(message.get(), H5T_STR_NULLPAD), path, "describe a row");
    hdf5::Type type(hdf5::check(H5Tcreate(H5T_COMPOUND, sizeof(FailureRow)), path, "describe a row"));
    const auto field = [&](const char* field_name, std::size_t offset, hid_t field_type) {
        hdf5::check(H5Tinsert(type.get(), field_name, offset, field_type), path, "describe a row");
    };
    field("number", offsetof(FailureRow, number), H5T_STD_U64LE);
    field("attempts", offsetof(FailureRow, attempts), H5T_STD_U32LE);
    field("message", offsetof(FailureRow, message), message.get());
    return type;
}

std::string_view definition_of(jobs::Store store) {
    return store == jobs::Store::full
               ? "Row i lists all divisors d of numbers[i] with 1 < d < numbers[i], ascending: "
                 "factors[offsets[i] : offsets[i] + counts[i]]."
               : "Row i lists all divisors d of numbers[i] with 1 < d and d * d <= numbers[i], ascending: "
                 "factors[offsets[i] : offsets[i] + counts[i]]; numbers[i] / d is the other divisor of each "
                 "pair.";
}

// Signed, although divisors are not: numpy makes float64 of uint64 + int64, and all but n fit.
hid_t factor_type(jobs::Store store) { return store == jobs::Store::full ? H5T_STD_I64LE : H5T_STD_U32LE; }

void create_root_attributes(const hdf5::Attributes& root, const JobDescription& job,
                            const Provenance& provenance) {
    if (job.job.size() > longest_job) {
        throw jobs::InputError(
            fmt::format("the job has too many ranges: its description takes {} bytes of the {} "
                        "that a result file holds; give fewer ranges, or a list",
                        job.job.size(), longest_job));
    }
    root.create_text("format", short_text, "factorize");
    root.create_number("format_version", format_version);
    root.create_text("definition", line_text, definition_of(job.store));
    root.create_text("job", job.job.size() + 1, job.job);
    root.create_text("store", short_text, to_text(job.store));
    root.create_text(name::status, short_text, to_text(Status::partial));
    root.create_text("program_version", short_text, provenance.program_version);
    root.create_text("git_commit", short_text, provenance.git_commit);
    root.create_text("command_line", long_text, provenance.command_line);
    root.create_number("ranks", static_cast<std::uint64_t>(provenance.ranks));
    root.create_text("hosts", long_text, provenance.hosts);
    root.create_text("mpi_version", line_text, provenance.mpi_version);
    root.create_text("hdf5_version", short_text, hdf5_version());
    root.create_text("slurm_job_id", short_text, provenance.slurm_job_id);
    root.create_number("slurm_restarts", provenance.slurm_restarts);
    root.create_text("started", short_text, provenance.started);
    root.create_text("resumed", short_text, "");
    root.create_number(name::rows_at_start, 0);
    root.create_text("finished", short_text, "");
    root.create_number("total_numbers", 0);
    root.create_number("total_factors", 0);
    root.create_real("total_seconds", 0);
    root.create_real("compute_seconds", 0);
    root.create_real("parallel_efficiency", 0);
    root.create_number("tasks_reassigned", 0);
    root.create_text("certificate", long_text, "");
}

void write_provenance(const hdf5::Attributes& root, const Provenance& provenance) {
    root.write_text("program_version", provenance.program_version);
    root.write_text("git_commit", provenance.git_commit);
    root.write_text("command_line", provenance.command_line);
    root.write_number("ranks", static_cast<std::uint64_t>(provenance.ranks));
    root.write_text("hosts", provenance.hosts);
    root.write_text("mpi_version", provenance.mpi_version);
    root.write_text("hdf5_version", hdf5_version());
    root.write_text("slurm_job_id", provenance.slurm_job_id);
    root.write_number("slurm_restarts", provenance.slurm_restarts);
    root.write_text("resumed", provenance.started);
}

void write_totals(const hdf5::Attributes& root, const Totals& totals) {
    root.write_number("total_numbers", totals.numbers);
    root.write_number("total_factors", totals.factors);
    root.write_real("total_seconds", totals.seconds);
    root.write_real("compute_seconds", totals.compute_seconds);
    root.write_real("parallel_efficiency", totals.parallel_efficiency);
    root.write_number("tasks_reassigned", totals.tasks_reassigned);
    root.write_text("certificate", totals.certificate);
    root.write_text("finished", totals.finished);
}

Provenance read_provenance(const hdf5::Attributes& root) {
    return {.program_version = root.read_text("program_version"),
            .git_commit = root.read_text("git_commit"),
            .command_line = root.read_text("command_line"),
            .ranks = static_cast<int>(root.read_number("ranks")),
            .hosts = root.read_text("hosts"),
            .mpi_version = root.read_text("mpi_version"),
            .slurm_job_id = root.read_text("slurm_job_id"),
            .slurm_restarts = root.read_number("slurm_restarts"),
            .started = root.read_text("started")};
}

Totals read_totals(const hdf5::Attributes& root) {
    return {.numbers = root.read_number("total_numbers"),
            .factors = root.read_number("total_factors"),
            .seconds = root.read_real("total_seconds"),
            .compute_seconds = root.read_real("compute_seconds"),
            .parallel_efficiency = root.read_real("parallel_efficiency"),
            .tasks_reassigned = root.read_number("tasks_reassigned"),
            .certificate = root.read_text("certificate"),
            .finished = root.read_text("finished")};
}

Status read_status(const hdf5::Attributes& root) {
    return one_of<Status>(root, name::status, {Status::partial, Status::complete, Status::partial_failed});
}

hdf5::File open_result_file(const std::filesystem::path& path, unsigned flags) {
    check_signature(path);
    const hdf5::Properties access = hdf5::file_access(path);
    hdf5::File file(H5Fopen(path.c_str(), flags, access.get()));
    if (!file.is_open()) {
        const auto [reason, error] = hdf5::take_reason();
        if (error != 0) jobs::throw_storage_error(path, "open", error);
        if (reason.find("truncated") != std::string::npos)
            refuse_damaged(path, fmt::format("its end is missing (HDF5: {})", reason));
        if (const int opened = ::open(path.c_str(), flags == H5F_ACC_RDWR ? O_RDWR : O_RDONLY); opened < 0) {
            jobs::throw_storage_error(path, "open", errno);
        } else {
            const jobs::FileDescriptor closes_it(opened);
        }
        refuse_damaged(path, fmt::format("it cannot be opened (HDF5: {})", reason));
    }
    const hdf5::Attributes root(file.get(), path);
    if (!root.has("format") || root.read_text("format") != "factorize") {
        refuse(path, "is not a factorize result file (HDF5, but of another program)");
    }
    if (const std::uint64_t version = root.read_number("format_version"); version > format_version) {
        refuse(path, fmt::format("has format version {}, this program knows {}: use a newer factorize",
                                 version, format_version));
    }
    return file;
}

std::uint64_t find_generation(const hdf5::File& file, const std::filesystem::path& path) {
    const haddr_t offset = H5Dget_offset(hdf5::open_dataset(file, name::generation, 0, path).get());
    if (offset == HADDR_UNDEF) {
        refuse_damaged(path, "it has no generation");
    }
    return offset;
}

JobDescription read_job(const hdf5::File& file, const std::filesystem::path& path) {
    const hdf5::Attributes root(file.get(), path);
    JobDescription job;
    job.job = root.read_text("job");
    job.store = one_of<jobs::Store>(root, "store", {jobs::Store::full, jobs::Store::half});
    const Shape numbers = shape_of(file, name::numbers, H5T_STD_U64LE, path);
    const Shape factors = shape_of(file, name::factors, factor_type(job.store), path);
    job.layout = {.rows = numbers.elements,
                  .factors = factors.elements,
                  .block_rows = numbers.chunk,
                  .factor_chunk = factors.chunk};
    const auto as_numbers = [&](const char* dataset, hid_t type) {
        return shape_of(file, dataset, type, path) == numbers;
    };
    if (job.layout.rows == 0 || job.layout.block_rows == 0 ||
        (job.layout.factors != 0) != (job.layout.factor_chunk != 0) ||
        !as_numbers(name::counts, H5T_STD_U32LE) || !as_numbers(name::offsets, H5T_STD_I64LE) ||
        shape_of(file, name::blocks, block_row_type(path).get(), path) != Shape{job.layout.blocks(), 0} ||
        shape_of(file, name::failures, failure_row_type(path).get(), path) != Shape{failure_capacity, 0} ||
        shape_of(file, name::generation, H5T_STD_U64LE, path) != Shape{generation_words, 0}) {
        refuse_damaged(path, "the sizes of its datasets do not fit together");
    }
    return job;
}

}  // namespace factorize::results
