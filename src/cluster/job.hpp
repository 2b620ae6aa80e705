// What a worker must know of the job before its first task.
#pragma once

#include <cstdint>
#include <vector>

#include "jobs/census.hpp"
#include "jobs/layout.hpp"
#include "jobs/ranges.hpp"
#include "jobs/store.hpp"

namespace factorize::cluster {

/// What the tasks of a job, or of one phase of it, ask for.
enum class JobKind : std::uint8_t {
    list_ranges,   ///< divisor lists of ranges, encoded
    factor_list,   ///< prime factorizations of a list's numbers: first phase
    lay_out_list,  ///< divisor lists from those factorizations, encoded: second phase
};

/// orchestrator -> worker, after its registration and whenever a phase begins; holds for all tasks behind it.
struct Job {
    JobKind kind = JobKind::list_ranges;
    jobs::Store store = jobs::Store::full;
    jobs::Layout layout;              ///< factor_list: rows and block_rows only
    std::vector<jobs::Range> ranges;  ///< list_ranges only
    jobs::CensusTable census;         ///< of the ranges
};

}  // namespace factorize::cluster
