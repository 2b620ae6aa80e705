// The one writer of a result file: rank 0's.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "jobs/task_result.hpp"
#include "results/result_check.hpp"
#include "results/schema.hpp"

namespace factorize::results {

/// Stores encoded blocks and commits them: what commit() has returned from survives kill -9 and power loss.
///
/// Every storage error is a jobs::StorageError and is final: HDF5 may be left with data it cannot write, and
/// closing would fail again or crash. Every later call throws std::logic_error, the destructor leaks HDF5's
/// handles on purpose, and the program should leave by _exit. Nothing committed is lost. Not thread-safe. One
/// writer a file and process, and no ResultReader of the same file in that process.
class ResultWriter {
public:
    /// Opens the file and raises its generation; reads which blocks are committed.
    ///
    /// @param job  what the file must hold; another one: InputError
    /// @param provenance  of this run; replaces the last one's, `started` excepted
    /// Errors: StorageError for a file that is missing, not ours, truncated, of a newer format.
    ResultWriter(const std::filesystem::path& path, const JobDescription& job, const Provenance& provenance);
    ~ResultWriter();
    ResultWriter(ResultWriter&&) noexcept;
    ResultWriter& operator=(ResultWriter&&) noexcept;

    /// Writes the task's blocks; they count only after commit(). Blocks already written or committed are left
    /// as they are: the first result wins.
    ///
    /// @param checked  by check_chunks() with the layout of the job
    /// @return how many blocks were new
    /// Errors: StorageError.
    std::uint64_t write(const CheckedResult& checked, int rank, std::uint32_t attempt);
    /// The same for one that is still to be checked: DamagedResult, before anything is written.
    std::uint64_t write(const jobs::TaskResult& result, int rank, std::uint32_t attempt);

    /// Makes everything written so far durable. Costs two flushes and three fdatasync: batch it by time.
    /// Errors: StorageError, also when a newer run has taken over the file.
    void commit();

    [[nodiscard]] bool is_committed(std::uint64_t block) const;
    [[nodiscard]] std::uint64_t committed_blocks() const;
    /// Committed or not.
    [[nodiscard]] std::uint64_t written_blocks() const;
    [[nodiscard]] std::uint64_t committed_rows() const;
    /// Committed by earlier runs.
    [[nodiscard]] std::uint64_t rows_at_start() const;
    [[nodiscard]] std::uint64_t committed_factors() const;
    /// Summed over the committed blocks.
    [[nodiscard]] double compute_seconds() const;

    /// What finish() recorded; zeros and empty texts before.
    [[nodiscard]] const Totals& previous_totals() const;
    [[nodiscard]] Status previous_status() const;

    /// Adds a row to /failures, durable with the next commit(); a number already there is replaced, one
    /// beyond failure_capacity is only counted.
    void record_failure(std::uint64_t number, std::uint32_t attempts, const std::string& message);
    /// Those that stand in /failures, in no order; at most failure_capacity.
    [[nodiscard]] const std::vector<std::uint64_t>& failed_numbers() const;
    /// Numbers recorded as failed, by this run and those before; also those that /failures had no room for.
    [[nodiscard]] std::uint64_t failures() const;

    /// Commits, records the totals, and last of all the status.
    void finish(const Totals& totals, Status status);

    /// Commits and closes; must be called for an orderly end. The destructor alone drops what is uncommitted.
    void close();

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace factorize::results
