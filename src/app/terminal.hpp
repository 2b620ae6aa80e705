// Where a user watches what goes to standard error.
#pragma once

#include <cstddef>

#include "jobs/file_descriptor.hpp"

namespace factorize::app {

/// The terminal that standard error is, or that mpirun, which passes it on from a pipe, has as its own: then
/// the user sees it all the same. Neither: a log, as far as one can tell.
class Terminal {
public:
    Terminal();

    [[nodiscard]] bool is_there() const { return descriptor_ >= 0; }
    /// As wide as it is now; 80 where it does not say. @pre is_there()
    [[nodiscard]] std::size_t columns() const;

private:
    jobs::FileDescriptor of_launcher_;
    int descriptor_ = -1;
};

}  // namespace factorize::app
