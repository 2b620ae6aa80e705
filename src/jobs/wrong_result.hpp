// What is thrown when a result contradicts arithmetic: a bug, or a machine that computes wrongly.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "jobs/census.hpp"
#include "jobs/task.hpp"

namespace factorize::jobs {

class CertificateError : public std::runtime_error {
public:
    /// The lists of a task do not hold as many divisors, or not the sum, that they must.
    CertificateError(BlockSpan blocks, const Census& found, const Census& expected);
};

/// Numbers that failed, each by itself.
class RowsFailed : public std::runtime_error {
public:
    /// @param text  why the first of them did
    RowsFailed(std::vector<std::uint64_t> rows, std::uint64_t first_number, const std::string& text);

    [[nodiscard]] const std::vector<std::uint64_t>& rows() const { return rows_; }
    [[nodiscard]] std::uint64_t first_number() const { return first_number_; }

private:
    std::vector<std::uint64_t> rows_;
    std::uint64_t first_number_;
};

}  // namespace factorize::jobs
