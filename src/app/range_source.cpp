#include "app/range_source.hpp"

namespace factorize::app {

std::unique_ptr<jobs::RowSource> range_source(const cluster::Job& job) {
    return std::make_unique<jobs::RangeRows>(jobs::Ranges(job.ranges), job.census, job.layout, job.store);
}

}  // namespace factorize::app
