// How large a result file becomes, before anything is computed.
#pragma once

#include <cstdint>

#include "jobs/store.hpp"

namespace factorize::jobs {

/// The expected size of a result file in bytes, within some 15 %.
///
/// Measured, all tables included: 27 / 45 / 78 bytes a number at 10^7 / 10^9 / 10^12, that is 1.8 / 2.3 / 2.9
/// a divisor: linear in the digits of the numbers. `half`: 10 / 14 / 24 a number.
/// @param largest  of the job's numbers
[[nodiscard]] double estimated_file_bytes(double rows, double factors, std::uint64_t largest, Store store);

}  // namespace factorize::jobs
