#include "results/stored_bytes.hpp"

#include <fmt/format.h>

namespace factorize::results {

void StoredBytesReader::add(const hdf5::Dataset& dataset, hsize_t first, std::size_t raw_bytes) {
    hsize_t size = 0;
    std::uint32_t skipped_filters = 0;
    hdf5::check(H5Dget_chunk_storage_size(dataset.get(), &first, &size), path_, "find a chunk");
    if (size > 2 * raw_bytes + 1024)
        throw hdf5::Damage(path_,
                           fmt::format("a chunk of {} bytes is said to be stored in {}", raw_bytes, size));
    bytes_.resize(size);
    hdf5::check(H5Dread_chunk(dataset.get(), H5P_DEFAULT, &first, &skipped_filters, bytes_.data()), path_,
                "read a chunk");
    hash_.add(bytes_);
    count_ += size;
}

}  // namespace factorize::results
