#include "results/row_check.hpp"

#include <algorithm>
#include <numeric>
#include <string>

#include <fmt/format.h>

#include "jobs/store.hpp"
#include "numbers/divisor_check.hpp"

namespace factorize::results {
namespace {

std::string at(const Row& row) { return fmt::format("row {} (number {})", row.index, row.number); }

}  // namespace

RowCheck::RowCheck(const FileSummary& summary, const jobs::Ranges* ranges, const jobs::RangeCensus* census)
    : summary_(summary), ranges_(ranges), census_(census) {
    for (const Failure& failure : summary.failures) failures_.push_back(failure.number);
    std::ranges::sort(failures_);
}

void RowCheck::begin(std::uint64_t row, std::uint64_t position) {
    first_row_ = row;
    next_row_ = row;
    first_position_ = position_ = position;
    behind_gap_ = false;
    found_ = {};
}

bool RowCheck::joins(std::uint64_t position) {
    const bool may = behind_gap_ ? position >= position_ : position == position_;
    position_ = position;
    behind_gap_ = false;
    return may;
}

bool RowCheck::reach(std::uint64_t row, std::uint64_t position, Verdict& verdict) {
    if (row == next_row_) return true;
    if (position_ != first_position_)
        verdict.add_fault(fmt::format("rows {} to {}: their factors lie where no committed block has any",
                                      next_row_, row - 1));
    begin(row, position);
    return false;
}

void RowCheck::take(const Row& row, Verdict& verdict) {
    reach(row.index, row.offset, verdict);
    next_row_ = row.index + 1;
    ++verdict.rows;
    if (!joins(row.offset))
        verdict.add_fault(
            fmt::format("{}: its factors do not begin where those of the row before end", at(row)));
    if (ranges_ != nullptr && row.number != ranges_->number_at(row.index)) {
        verdict.add_fault(fmt::format("{}: the number is not {}", at(row), ranges_->number_at(row.index)));
    }
    if (row.failed) {
        take_failed(row, verdict);
        return;
    }
    position_ += row.stored_count;
    found_.factors += row.stored_count;
    found_.sum = std::accumulate(row.factors.begin(), row.factors.end(), found_.sum);
    verdict.factors += row.stored_count;
    if (!is_of_divisors(row)) {
        verdict.add_fault(fmt::format("{}: its list is not of divisors d beside n / d, ascending", at(row)));
    } else if (ranges_ == nullptr) {
        if (const auto missing = what_is_missing(row)) verdict.add_fault(*missing);
    }
}

bool RowCheck::is_of_divisors(const Row& row) const {
    return summary_.job.store == jobs::Store::full ? numbers::are_divisors(row.number, row.stored)
                                                   : numbers::are_small_divisors(row.number, row.stored);
}

std::optional<std::string> RowCheck::what_is_missing(const Row& row) const {
    const std::optional<std::uint32_t> tau = numbers::tau_from(row.number, row.stored);
    if (!tau) return fmt::format("{}: its list of {} lacks a prime factor", at(row), row.stored_count);
    const std::uint32_t wanted =
        summary_.job.store == jobs::Store::full ? std::max(*tau, 2U) - 2 : (*tau + 1) / 2 - 1;
    if (row.stored_count == wanted) return std::nullopt;
    return fmt::format("{}: a list of {} factors, but it has {}", at(row), row.stored_count, wanted);
}

void RowCheck::take_failed(const Row& row, Verdict& verdict) {
    if (!std::ranges::binary_search(failures_, row.number)) {
        if (summary_.failed_numbers > failures_.size())
            ++verdict.unlisted;
        else
            verdict.add_fault(fmt::format("{}: no factors, and /failures does not say why", at(row)));
    }
    if (ranges_ == nullptr) {
        behind_gap_ = true;
        return;
    }
    const jobs::Census reserved = census_->before(row.index + 1) - census_->before(row.index);
    found_ = found_ + reserved;
    position_ += static_cast<std::uint64_t>(reserved.factors);
}

}  // namespace factorize::results
