// What must hold of the rows of a result file, one behind the other.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "jobs/census.hpp"
#include "jobs/ranges.hpp"
#include "results/file_summary.hpp"
#include "results/result_reader.hpp"
#include "results/verdict.hpp"

namespace factorize::results {

/// Checks each row for itself: its number, its place, and that its list holds divisors of the number only,
/// ascending, d beside n / d.
///
/// That none is missing is shown in two ways. Of a list, every row is: the primes of the number are among its
/// divisors, they are proved, and tau follows. Of ranges, all rows together are: no row holds too many, so
/// none holds too few when their count is what the divisor summatory function T gives: Verifier compares
/// found() with it.
class RowCheck {
public:
    /// @param census  of the ranges; both null for a list. All outlive this.
    RowCheck(const FileSummary& summary, const jobs::Ranges* ranges, const jobs::RangeCensus* census);

    /// Forgets the rows so far. The next one is `row`, and its divisors begin at `position`; or a later one,
    /// if that cannot be read yet.
    void begin(std::uint64_t row, std::uint64_t position);

    void take(const Row& row, Verdict& verdict);

    /// Whether all rows before `row` were taken. If not, the last of them cannot be read yet, and begin() is
    /// done; but once divisors were read, all that follow must be readable.
    bool reach(std::uint64_t row, std::uint64_t position, Verdict& verdict);

    /// Behind the last row taken.
    [[nodiscard]] std::uint64_t next_row() const { return next_row_; }
    /// Whether its divisors may begin at `position`; takes them to begin there.
    [[nodiscard]] bool joins(std::uint64_t position);

    /// First of the rows that were taken without a gap up to the last.
    [[nodiscard]] std::uint64_t first_row() const { return first_row_; }
    [[nodiscard]] std::uint64_t first_position() const { return first_position_; }
    /// What these rows add up to, failed ones counted as what they should be.
    [[nodiscard]] const jobs::Census& found() const { return found_; }

    /// Whether the row's list lacks a divisor, although all it holds are: proved from the list alone.
    [[nodiscard]] std::optional<std::string> what_is_missing(const Row& row) const;

private:
    [[nodiscard]] bool is_of_divisors(const Row& row) const;
    void take_failed(const Row& row, Verdict& verdict);

    const FileSummary& summary_;
    const jobs::Ranges* ranges_;
    const jobs::RangeCensus* census_;
    std::vector<std::uint64_t> failures_;  // ascending
    std::uint64_t first_row_ = 0;
    std::uint64_t first_position_ = 0;
    std::uint64_t next_row_ = 0;
    std::uint64_t position_ = 0;
    bool behind_gap_ = false;  // of a number of a list that failed: nobody knows how long it is
    jobs::Census found_;
};

}  // namespace factorize::results
