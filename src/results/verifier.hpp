// The full check of a result file, by means that its writer does not use.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <vector>

#include "jobs/task.hpp"
#include "results/file_summary.hpp"
#include "results/verdict.hpp"

namespace factorize::results {

/// Reads a file as every HDF5 program does, and proves what it holds; also while it is being written, or was
/// left by a killed run: then what is committed. Rows are checked in shares, one a process: HDF5 has no
/// threads.
class Verifier {
public:
    /// Errors: StorageError, one line, for a file that is missing, not ours, or damaged where it says what it
    /// is.
    explicit Verifier(const std::filesystem::path& path);
    ~Verifier();
    Verifier(const Verifier&) = delete;
    Verifier& operator=(const Verifier&) = delete;

    [[nodiscard]] const FileSummary& summary() const;

    /// What stands besides the rows: status, totals, certificate, sizes, the rows of /blocks that are none,
    /// /failures; of a list, whether its numbers are those of its job. What has no checksum and follows from
    /// nothing, as who made the file and when, is taken as it is.
    /// Cost: of a list, one pass over `numbers`, two if some failed; and each row that failed.
    [[nodiscard]] Verdict check_tables();

    /// The blocks in as many runs as there are shares, about equally many committed ones in each.
    /// @return the first block of each run, then the end of the last: shares + 1 values
    [[nodiscard]] std::vector<std::uint64_t> cut(std::uint64_t shares) const;

    /// The committed ones of some blocks: the checksum of each in /blocks, every row (RowCheck), and of
    /// ranges count, sum and places against the divisor summatory functions T and S.
    ///
    /// @param passed  is told now and then how many rows are done
    /// Errors: StorageError when the file cannot be read at all; damage is a fault in the verdict.
    [[nodiscard]] Verdict check_rows(jobs::BlockSpan blocks,
                                     const std::function<void(std::uint64_t rows)>& passed = {});

    /// What only all shares together tell: whether every row was checked, and whether no more failed than
    /// /failures counts. Fewer may: a number beyond those it lists is counted again when it fails again in a
    /// resumed run, and a prime that failed looks as any prime.
    /// @param verdict  of check_tables() and of check_rows() for all blocks
    void check_sums(Verdict& verdict) const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace factorize::results
