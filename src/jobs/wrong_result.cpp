#include "jobs/wrong_result.hpp"

#include <utility>

#include <fmt/format.h>

namespace factorize::jobs {

CertificateError::CertificateError(BlockSpan blocks, const Census& found, const Census& expected)
    : std::runtime_error(fmt::format("wrong result: blocks {} to {} list {} divisors with sum {} mod 2^64 "
                                     "where there are {} with sum {}",
                                     blocks.first, blocks.end() - 1,
                                     static_cast<std::uint64_t>(found.factors), found.sum,
                                     static_cast<std::uint64_t>(expected.factors), expected.sum)) {}

RowsFailed::RowsFailed(std::vector<std::uint64_t> rows, std::uint64_t first_number, const std::string& text)
    : std::runtime_error(fmt::format("{}: {}", first_number, text)),
      rows_(std::move(rows)),
      first_number_(first_number) {}

}  // namespace factorize::jobs
