// Small jobs for the tests of this room: divisors by trial division, tasks cut as wanted.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include <sys/types.h>

#include "jobs/layout.hpp"
#include "jobs/store.hpp"
#include "jobs/task_result.hpp"
#include "results/schema.hpp"
#include "support/temporary_directory.hpp"
#include "support/trial_division.hpp"

namespace factorize::results::test {

using factorize::test::listed;
using factorize::test::TemporaryDirectory;

/// A job computed whole, and what each of its datasets must decode to.
struct SampleJob {
    SampleJob(std::vector<std::uint64_t> numbers, jobs::Store store, std::set<std::uint64_t> failed = {},
              std::string text = "");
    /// The range of `count` numbers from `first` on.
    static SampleJob range(std::uint64_t first, std::uint64_t count, jobs::Store store = jobs::Store::full);

    /// Cuts rows and chunks otherwise than make_layout() would.
    void cut(std::uint64_t block_rows, std::uint64_t factor_chunk);
    /// The task of some blocks, as a worker would encode it, `rows_at_once` rows a call (0: all).
    [[nodiscard]] jobs::TaskResult encode(jobs::BlockSpan blocks, std::size_t rows_at_once = 0) const;
    [[nodiscard]] jobs::TaskResult encode_all() const { return encode({0, description.layout.blocks()}); }

    JobDescription description;
    std::vector<std::uint64_t> numbers;
    std::vector<std::uint32_t> counts;    // as stored: 0 for failed numbers
    std::vector<std::uint32_t> reserved;  // elements of each row in `factors`
    std::vector<std::uint64_t> offsets;
    std::vector<std::uint64_t> factors;
};

/// The four datasets as plain HDF5 reads them, through its own filters.
struct Decoded {
    std::vector<std::uint64_t> numbers;
    std::vector<std::uint32_t> counts;
    std::vector<std::uint64_t> offsets;
    std::vector<std::uint64_t> factors;

    friend bool operator==(const Decoded&, const Decoded&) = default;
};
Decoded decode_file(const std::filesystem::path& path);
Decoded expected(const SampleJob& job);

Provenance sample_provenance();

/// Creates the file, writes the tasks given, one commit each, and closes it.
void write_file(const std::filesystem::path& path, const SampleJob& job,
                const std::vector<jobs::BlockSpan>& tasks);

/// Runs `body` in a child that ends by _exit(its result), as the program does after an error: HDF5 keeps
/// state in a process. @return the exit status, or minus the signal
int in_child(const std::function<int()>& body);

/// The text of the exception `body` throws; empty if it throws none.
std::string error_of(const std::function<void()>& body);

/// All that is in a file.
std::string bytes_of(const std::filesystem::path& path);

}  // namespace factorize::results::test
