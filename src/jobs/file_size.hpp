// How large a result file becomes, before anything is computed.
#pragma once

#include <cstdint>

#include "jobs/census.hpp"
#include "jobs/ranges.hpp"
#include "jobs/store.hpp"

namespace factorize::jobs {

/// The expected size of a result file in bytes, within some 10 % where a file has 10^5 numbers or more.
///
/// Measured with ranges of 200,000 to 500,000 numbers, bytes a stored divisor; linear in the digits:
///
///     numbers near   4*10^5   10^7   10^9   10^12   10^15   10^18   2^64
///     full             1.61   1.94   2.42    3.05    3.75    4.41   4.64
///     half             1.15   1.36   1.53    1.90    2.24    2.59   2.71
///
/// Again for another encoder: `factorize plan` of such ranges beside the files that `run` makes of them.
/// @param largest  of the job's numbers
[[nodiscard]] double estimated_file_bytes(double rows, double factors, std::uint64_t largest, Store store);

/// The same of ranges, each for itself. @param census  of these ranges and this store
[[nodiscard]] double estimated_file_bytes(const Ranges& ranges, const RangeCensus& census, Store store);

}  // namespace factorize::jobs
