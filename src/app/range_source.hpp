// Where the compute threads get the rows of ranges from. Alone in its file, so that the program of the fault
// tests can link rows that hang, lie or throw.
#pragma once

#include <memory>

#include "cluster/job.hpp"
#include "jobs/row_source.hpp"

namespace factorize::app {

/// @pre job.kind is list_ranges
[[nodiscard]] std::unique_ptr<jobs::RowSource> range_source(const cluster::Job& job);

}  // namespace factorize::app
