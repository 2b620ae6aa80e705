#include "results/schema.hpp"

#include <cstddef>
#include <ctime>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <xxhash.h>

#include "results/hdf5.hpp"

namespace factorize::results {

std::string_view to_text(Status status) {
    switch (status) {
        case Status::complete:
            return "complete";
        case Status::partial_failed:
            return "partial-failed";
        case Status::partial:
            break;
    }
    return "partial";
}

std::string_view to_text(jobs::Store store) { return store == jobs::Store::full ? "full" : "half"; }

std::uint64_t tag_of(const BlockRow& row) {
    return XXH64(&row, offsetof(BlockRow, tag), format_version) | 1U;
}

bool is_commit_of(const BlockRow& row, std::uint64_t block, const jobs::Layout& layout) {
    return row.tag != 0 && row.tag == tag_of(row) && row.first_row == layout.first_row(block) &&
           row.rows == layout.rows_in(block) && row.first_factor <= layout.factors &&
           row.factors <= layout.factors - row.first_factor;
}

std::string utc_now() { return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr))); }

std::string hdf5_version() {
    unsigned major = 0;
    unsigned minor = 0;
    unsigned release = 0;
    hdf5::initialize();
    H5get_libversion(&major, &minor, &release);
    return fmt::format("{}.{}.{}", major, minor, release);
}

}  // namespace factorize::results
