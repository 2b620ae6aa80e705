// A damaged result file is read, or refused with a text; never more than that.
//
// Bytes of a good file are replaced: of its superblock, tables, names and chunks. Object headers and the keys
// of B-trees are left alone, unless FACTORIZE_FUZZ_HEADERS is set: HDF5 1.10 itself reads beyond its buffers
// when those are damaged, and nobody can look at them before it does (results/crash_guard.hpp).
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "fuzz/script.hpp"
#include "jobs/error.hpp"
#include "results/file_contents.hpp"
#include "results/result_reader.hpp"
#include "results/result_writer.hpp"
#include "support/temporary_directory.hpp"
#include "unit/results/sample_job.hpp"

namespace {

using namespace factorize;
using results::test::SampleJob;

struct Original {
    SampleJob job;
    std::string content;
    std::vector<std::size_t> structure;  // offsets of its bytes
};

const test::TemporaryDirectory& directory() {
    static const test::TemporaryDirectory made;
    return made;
}

Original make(SampleJob job, bool whole) {
    const std::filesystem::path path = directory() / "original.h5";
    std::filesystem::remove(path);
    job.cut(8, 32);
    const std::uint64_t blocks = job.description.layout.blocks();
    results::test::write_file(path, job, {{0, blocks / 2}, {blocks / 2, whole ? blocks - blocks / 2 : 1}});
    std::ifstream file(path, std::ios::binary);
    Original made{std::move(job), std::string(std::istreambuf_iterator<char>(file), {}), {}};
    const auto add = [&](std::size_t first, std::size_t bytes) {
        for (std::size_t at = first; at < std::min(first + bytes, made.content.size()); ++at)
            made.structure.push_back(at);
    };
    if (std::getenv("FACTORIZE_FUZZ_HEADERS") != nullptr) {
        // Everything but long runs of zeros, which are room for failures.
        std::size_t last = 0;
        for (std::size_t at = 0; at < made.content.size(); ++at) {
            if (made.content[at] != '\0') last = at;
            if (at - last < 16) made.structure.push_back(at);
        }
        return made;
    }
    add(0, 96);
    for (const char* signature : {"HEAP", "SNOD"})
        for (std::size_t at = made.content.find(signature); at != std::string::npos;
             at = made.content.find(signature, at + 1))
            add(at + 16,
                48);  // not the size of the heap: AddressSanitizer takes a second for 4 GB, HDF5 none
    const results::hdf5::File hdf5(results::open_result_file(path, H5F_ACC_RDONLY));
    for (const char* table : {"blocks", "generation", "failures"})
        add(H5Dget_offset(results::hdf5::open_dataset(hdf5, table, 0, path).get()), 512);
    for (const char* name : {"numbers", "counts", "offsets", "factors"}) {
        const results::hdf5::Dataset dataset = results::hdf5::open_dataset(hdf5, name, 0, path);
        hsize_t first = 0;
        haddr_t address = 0;
        hsize_t bytes = 0;
        unsigned mask = 0;
        const results::hdf5::Space space(H5Dget_space(dataset.get()));
        if (H5Dget_chunk_info(dataset.get(), space.get(), 0, &first, &mask, &address, &bytes) >= 0)
            add(address, bytes);
    }
    return made;
}

const std::vector<Original>& originals() {
    static const std::vector<Original> made = [] {
        std::vector<Original> all;
        all.push_back(make(SampleJob::range(1000, 100), true));
        all.push_back(make(SampleJob::range(1000, 100, jobs::Store::half), false));
        all.push_back(make(SampleJob({12, 97, 360, 12, 1, 5040, 720, 1001, 30030}, jobs::Store::full), true));
        return all;
    }();
    return made;
}

void read_all(const std::filesystem::path& path) {
    results::ResultReader reader(path);
    for (std::uint64_t block = 0; block < reader.layout().blocks(); ++block)
        if (reader.is_committed(block)) (void)reader.stored_bytes(block);
    reader.for_each_row(0, reader.layout().rows, [](const results::Row&) { return true; });
    (void)reader.rows_of(1007);
    (void)reader.row(5);
}

void go_on_writing(const std::filesystem::path& path, const SampleJob& job) {
    results::ResultWriter writer(path, job.description, results::test::sample_provenance());
    writer.write(job.encode({0, job.description.layout.blocks()}), 1, 1);
    writer.finish({}, results::Status::complete);
    writer.close();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t bytes) {
    fuzz::Script script(data, bytes);
    const auto manner = script.take<std::uint8_t>();
    const Original& original = originals()[manner % originals().size()];
    std::string content = original.content;
    if (manner & 0x80U) content.resize(script.take<std::uint32_t>() % content.size());
    while (!script.over() && !content.empty()) {
        const std::size_t place = script.take<std::uint16_t>();
        const std::size_t at = original.structure[place % original.structure.size()];
        if (at < content.size()) content[at] = static_cast<char>(script.take<std::uint8_t>());
    }
    const std::filesystem::path path = directory() / "damaged.h5";
    std::filesystem::remove(path);
    std::ofstream(path, std::ios::binary) << content;
    try {
        if (manner & 0x40U)
            go_on_writing(path, original.job);
        else
            read_all(path);
    } catch (const jobs::Error&) {
    }
    return 0;
}
