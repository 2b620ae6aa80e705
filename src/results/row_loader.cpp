#include "results/row_loader.hpp"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "numbers/primality.hpp"
#include "results/file_contents.hpp"
#include "results/hdf5.hpp"

namespace factorize::results {
namespace {

constexpr std::uint64_t elements_a_read = 256 * 1024;  // 2 MiB of divisors; a longer row is read whole
constexpr std::uint32_t most_divisors = 103'680;  // tau(897612484786617600), and of no number below 2^64 more

}  // namespace

RowLoader::RowLoader(OpenResult& file) : file_(file) {
    for (const Failure& failure : file_.summary().failures) failed_.push_back(failure.number);
    std::ranges::sort(failed_);
}

void RowLoader::load(std::uint64_t block) {
    if (loaded_ == block) return;
    loaded_.reset();
    const jobs::Layout& layout = file_.layout();
    const std::uint64_t count = layout.rows_in(block);
    first_row_ = layout.first_row(block);
    numbers_.resize(count);
    counts_.resize(count);
    offsets_.resize(count);
    file_.read([&] {
        read_rows(file_.numbers(), name::numbers, H5T_NATIVE_UINT64, first_row_, numbers_, file_.path());
        read_rows(file_.counts(), name::counts, H5T_NATIVE_UINT32, first_row_, counts_, file_.path());
        read_rows(file_.offsets(), name::offsets, H5T_NATIVE_INT64, first_row_, offsets_, file_.path());
        for (std::size_t i = 0; i < count; ++i) {
            if (offsets_[i] > layout.factors || counts_[i] > most_divisors ||
                counts_[i] > layout.factors - offsets_[i]) {
                throw hdf5::Damage(
                    file_.path(),
                    fmt::format("the divisors of row {} lie outside of dataset factors", first_row_ + i));
            }
        }
    });
    loaded_ = block;
}

bool RowLoader::is_readable(std::size_t place) const {
    if (counts_[place] == 0) return true;
    // Its other chunks begin inside the row, so its own block owns them.
    const std::uint64_t chunk = file_.layout().factor_chunk;
    return file_.commits().covers(offsets_[place] / chunk * chunk);
}

Row RowLoader::row(std::size_t place) {
    load_elements(offsets_[place], counts_[place]);
    return make_row(place, 0);
}

bool RowLoader::visit(std::size_t begin, std::size_t end, const std::function<bool(const Row&)>& visit) {
    while (begin < end) {
        if (!is_readable(begin)) {
            ++begin;
            continue;
        }
        // As many rows as fit in one read; the gaps of failed rows between them are read along.
        const std::uint64_t first = offsets_[begin];
        std::uint64_t last = first + counts_[begin];
        std::size_t slice_end = begin + 1;
        while (slice_end < end && is_readable(slice_end) && offsets_[slice_end] >= first &&
               offsets_[slice_end] + counts_[slice_end] - first <= elements_a_read) {
            last = std::max(last, offsets_[slice_end] + counts_[slice_end]);
            ++slice_end;
        }
        load_elements(first, last - first);
        for (std::size_t place = begin; place < slice_end; ++place) {
            if (!visit(make_row(place, offsets_[place] - first))) return false;
        }
        begin = slice_end;
    }
    return true;
}

/// Fills `elements_` with `count` stored divisors from position `first` on.
void RowLoader::load_elements(std::uint64_t first, std::uint64_t count) {
    elements_.resize(count);
    if (count == 0) return;
    const std::string what =
        fmt::format("read elements {} to {} of {}", first, first + count - 1, name::factors);
    const auto read = [&](hid_t type, void* to) {
        hdf5::read_slice(file_.factors(), type, first, count, to, file_.path(), what);
    };
    file_.read([&] {
        if (file_.summary().job.store == jobs::Store::full) {
            // As signed as they are stored: the bits are the same, and HDF5 converts nothing.
            read(H5T_NATIVE_INT64, elements_.data());
            return;
        }
        narrow_elements_.resize(count);
        read(H5T_NATIVE_UINT32, narrow_elements_.data());
        std::ranges::copy(narrow_elements_, elements_.begin());
    });
}

/// @param number  of a row without divisors
bool RowLoader::has_failed(std::uint64_t number) const {
    return number > 1 &&
           (!factorize::numbers::is_prime(number) || std::ranges::binary_search(failed_, number));
}

/// @param begin  of the row's divisors in `elements_`
Row RowLoader::make_row(std::size_t place, std::uint64_t begin) {
    Row row{.index = first_row_ + place,
            .number = numbers_[place],
            .offset = offsets_[place],
            .stored_count = counts_[place],
            .stored = std::span(elements_).subspan(begin, counts_[place]),
            .factors = {},
            .failed = counts_[place] == 0 && has_failed(numbers_[place])};
    row.factors =
        file_.summary().job.store == jobs::Store::full ? row.stored : expand(row.number, row.stored);
    return row;
}

std::span<const std::uint64_t> RowLoader::expand(std::uint64_t number, std::span<const std::uint64_t> half) {
    expanded_.assign(half.begin(), half.end());
    for (auto d = half.rbegin(); d != half.rend(); ++d) {
        if (*d == 0) {
            throw hdf5::Damage(file_.path(), fmt::format("0 among the divisors of {}", number));
        }
        if (const std::uint64_t pair = number / *d; pair != *d) expanded_.push_back(pair);
    }
    return expanded_;
}

}  // namespace factorize::results
