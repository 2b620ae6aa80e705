#include "unit/results/sample_job.hpp"

#include <algorithm>
#include <cstdio>
#include <exception>
#include <fstream>
#include <iterator>
#include <numeric>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "results/hdf5.hpp"
#include "results/result_creator.hpp"
#include "results/result_writer.hpp"
#include "results/task_encoder.hpp"

namespace factorize::results::test {

SampleJob::SampleJob(std::vector<std::uint64_t> numbers_, jobs::Store store, std::set<std::uint64_t> failed,
                     std::string text)
    : numbers(std::move(numbers_)) {
    for (const std::uint64_t n : numbers) {
        std::vector<std::uint64_t> divisors = listed(n, store);
        reserved.push_back(static_cast<std::uint32_t>(divisors.size()));
        counts.push_back(failed.contains(n) ? 0 : reserved.back());
        offsets.push_back(factors.size());
        if (failed.contains(n)) divisors.assign(divisors.size(), 0);
        factors.insert(factors.end(), divisors.begin(), divisors.end());
    }
    if (text.empty()) text = fmt::format("list {} numbers", numbers.size());
    description = {.job = text, .store = store, .layout = jobs::make_layout(numbers.size(), factors.size())};
}

SampleJob SampleJob::range(std::uint64_t first, std::uint64_t count, jobs::Store store) {
    std::vector<std::uint64_t> numbers(count);
    std::iota(numbers.begin(), numbers.end(), first);
    return {numbers, store, {}, fmt::format("range {}:{}", first, first + count - 1)};
}

void SampleJob::cut(std::uint64_t block_rows, std::uint64_t factor_chunk) {
    description.layout.block_rows = block_rows;
    description.layout.factor_chunk = factors.empty() ? 0 : factor_chunk;
}

namespace {

template <class Value>
jobs::TaskResult encode_as(const SampleJob& job, jobs::BlockSpan blocks, std::size_t rows_at_once) {
    const jobs::Layout& layout = job.description.layout;
    const std::vector<Value> values(job.factors.begin(), job.factors.end());
    const std::size_t begin = layout.first_row(blocks.first);
    const std::size_t end = std::min<std::size_t>(layout.first_row(blocks.end()), layout.rows);
    TaskEncoder encoder(layout, job.description.store);
    encoder.begin(jobs::TaskId{blocks.first}, blocks, job.offsets[begin]);
    for (std::size_t row = begin; row < end;) {
        if (job.counts[row] != job.reserved[row]) {
            encoder.add_failed_row(job.numbers[row], job.reserved[row]);
            ++row;
            continue;
        }
        std::size_t stop = row;
        std::size_t elements = 0;
        while (stop < end && job.counts[stop] == job.reserved[stop] &&
               (rows_at_once == 0 || stop - row < rows_at_once)) {
            elements += job.counts[stop++];
        }
        encoder.add_rows(std::span(job.numbers).subspan(row, stop - row),
                         std::span(job.counts).subspan(row, stop - row),
                         std::span(values).subspan(job.offsets[row], elements));
        row = stop;
    }
    for (std::size_t row = end; encoder.missing() > 0; ++row) {
        encoder.fill(std::span(values).subspan(job.offsets.at(row), job.reserved[row]));
    }
    return encoder.finish();
}

template <class Value>
std::vector<Value> read_all(const hdf5::File& file, const char* name, hid_t type) {
    const hdf5::Dataset dataset(H5Dopen2(file.get(), name, H5P_DEFAULT));
    const hdf5::Space space(H5Dget_space(dataset.get()));
    std::vector<Value> values(static_cast<std::size_t>(H5Sget_simple_extent_npoints(space.get())));
    EXPECT_GE(H5Dread(dataset.get(), type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()), 0) << name;
    return values;
}

}  // namespace

jobs::TaskResult SampleJob::encode(jobs::BlockSpan blocks, std::size_t rows_at_once) const {
    return description.store == jobs::Store::full ? encode_as<std::uint64_t>(*this, blocks, rows_at_once)
                                                  : encode_as<std::uint32_t>(*this, blocks, rows_at_once);
}

Decoded decode_file(const std::filesystem::path& path) {
    hdf5::initialize();
    const hdf5::File file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT));
    EXPECT_TRUE(file.is_open()) << path;
    return {read_all<std::uint64_t>(file, "numbers", H5T_NATIVE_UINT64),
            read_all<std::uint32_t>(file, "counts", H5T_NATIVE_UINT32),
            read_all<std::uint64_t>(file, "offsets", H5T_NATIVE_UINT64),
            read_all<std::uint64_t>(file, "factors", H5T_NATIVE_UINT64)};
}

Decoded expected(const SampleJob& job) { return {job.numbers, job.counts, job.offsets, job.factors}; }

Provenance sample_provenance() {
    return {.program_version = "0.1.0",
            .git_commit = "0123456789ab",
            .command_line = "factorize run --range 1:10",
            .ranks = 8,
            .hosts = "node[1-2]",
            .mpi_version = "Open MPI 4.1.4",
            .slurm_job_id = "",
            .slurm_restarts = 0,
            .started = "2026-11-22T12:00:00Z"};
}

void write_file(const std::filesystem::path& path, const SampleJob& job,
                const std::vector<jobs::BlockSpan>& tasks) {
    create_result_file(path, job.description, sample_provenance(), false);
    ResultWriter writer(path, job.description, sample_provenance());
    for (const jobs::BlockSpan& task : tasks) {
        writer.write(job.encode(task), 1, 1);
        writer.commit();
    }
    writer.close();
}

int in_child(const std::function<int()>& body) {
    std::fflush(nullptr);
    const pid_t child = ::fork();
    if (child == 0) {
        int status = 99;
        try {
            status = body();
        } catch (const std::exception& error) {
            std::fprintf(stderr, "in the child: %s\n", error.what());
        }
        std::fflush(nullptr);
        ::_exit(status);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

std::string bytes_of(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::string error_of(const std::function<void()>& body) {
    try {
        body();
    } catch (const std::exception& error) {
        return error.what();
    }
    return "";
}

}  // namespace factorize::results::test
