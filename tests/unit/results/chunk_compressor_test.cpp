// What the compressor makes is what HDF5's own filters undo.
#include "results/chunk_compressor.hpp"

#include <cstdint>
#include <random>
#include <span>
#include <vector>

#include <gtest/gtest.h>

#include "results/hdf5.hpp"

namespace factorize::results {
namespace {

/// Stores one ready-made chunk in a file in memory and reads it as anybody would.
template <class Value>
std::vector<Value> decode(const std::vector<std::byte>& bytes, hsize_t elements, hid_t type) {
    hdf5::initialize();
    const hdf5::Properties access(H5Pcreate(H5P_FILE_ACCESS));
    H5Pset_fapl_core(access.get(), 1U << 20U, false);
    const hdf5::File file(H5Fcreate("memory", H5F_ACC_TRUNC, H5P_DEFAULT, access.get()));
    const hdf5::Space space(H5Screate_simple(1, &elements, nullptr));
    const hdf5::Properties creation(H5Pcreate(H5P_DATASET_CREATE));
    H5Pset_chunk(creation.get(), 1, &elements);
    H5Pset_shuffle(creation.get());
    H5Pset_deflate(creation.get(), 1);
    const hdf5::Dataset dataset(
        H5Dcreate2(file.get(), "x", type, space.get(), H5P_DEFAULT, creation.get(), H5P_DEFAULT));
    const hsize_t at = 0;
    EXPECT_GE(H5Dwrite_chunk(dataset.get(), H5P_DEFAULT, 0, &at, bytes.size(), bytes.data()), 0);
    std::vector<Value> values(elements);
    if (H5Dread(dataset.get(), type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) < 0)
        ADD_FAILURE() << hdf5::take_reason().text;
    return values;
}

template <class Value>
void expect_round_trip(ChunkCompressor& compressor, const std::vector<Value>& values, std::size_t chunk,
                       hid_t type) {
    std::vector<std::byte> bytes(3);  // what is there already stays
    const std::size_t added = compressor.append_chunk(std::as_bytes(std::span(values)), chunk * sizeof(Value),
                                                      sizeof(Value), bytes);
    ASSERT_EQ(bytes.size(), 3 + added);
    bytes.erase(bytes.begin(), bytes.begin() + 3);
    std::vector<Value> padded = values;
    padded.resize(chunk);
    EXPECT_EQ(decode<Value>(bytes, chunk, type), padded) << chunk << " elements";
}

TEST(ChunkCompressor, HDF5ReadsItBack) {
    ChunkCompressor compressor;
    std::mt19937_64 random(7);
    for (const std::size_t chunk : {1U, 2U, 7U, 8U, 15U, 16U, 17U, 100U, 1000U, 16384U, 100000U}) {
        std::vector<std::uint64_t> ascending(chunk);
        std::vector<std::uint64_t> noise(chunk);
        std::vector<std::uint32_t> narrow_noise(chunk);
        for (std::size_t i = 0; i < chunk; ++i) {
            ascending[i] = 1'000'000'007 * i;
            noise[i] = random();
            narrow_noise[i] = static_cast<std::uint32_t>(random());
        }
        expect_round_trip(compressor, ascending, chunk, H5T_NATIVE_UINT64);
        expect_round_trip(compressor, noise, chunk, H5T_NATIVE_UINT64);
        expect_round_trip(compressor, narrow_noise, chunk, H5T_NATIVE_UINT32);
        expect_round_trip(compressor, std::vector<std::uint64_t>(chunk), chunk, H5T_NATIVE_UINT64);
        expect_round_trip(compressor, std::vector<std::uint64_t>(chunk, ~std::uint64_t{0}), chunk,
                          H5T_NATIVE_UINT64);
        ascending.resize(chunk / 2);
        expect_round_trip(compressor, ascending, chunk, H5T_NATIVE_UINT64);
    }
}

TEST(ChunkCompressor, NoiseGrowsByLittle) {
    std::mt19937_64 random(8);
    std::vector<std::uint64_t> noise(1U << 17U);
    for (std::uint64_t& value : noise) value = random();
    std::vector<std::byte> bytes;
    const std::size_t raw = noise.size() * sizeof(noise[0]);
    EXPECT_LE(ChunkCompressor().append_chunk(std::as_bytes(std::span(noise)), raw, 8, bytes),
              raw + raw / 1000);
}

}  // namespace
}  // namespace factorize::results
