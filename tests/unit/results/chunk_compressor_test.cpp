// What the compressor makes is what HDF5's own filters undo.
#include "results/chunk_compressor.hpp"

#include <array>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <random>
#include <span>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "numbers/interval_sieve.hpp"
#include "results/byte_shuffle.hpp"
#include "results/hdf5.hpp"
#include "unit/results/inflate.hpp"

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

/// Compresses a chunk and has zlib inflate it.
/// @return the bytes of the stream
template <class Value>
std::size_t expect_inflates(ChunkCompressor& compressor, const std::vector<Value>& values) {
    std::vector<std::byte> stream;
    const std::span<const std::byte> bytes = std::as_bytes(std::span(values));
    const std::size_t appended = compressor.append_chunk(bytes, bytes.size(), sizeof(Value), stream);
    EXPECT_EQ(appended, stream.size());
    std::vector<std::byte> planes(bytes.size());
    shuffle_bytes_naive(bytes, sizeof(Value), planes.data(), values.size());
    EXPECT_TRUE(inflate_all(stream, planes.size()) == planes) << values.size() << " elements";
    return stream.size();
}

// From one byte a plane to several sections, about the lengths of deflate's longest repeat, of its stored
// block, and of a section.
constexpr std::size_t sizes[] = {1,     2,     3,     4,     63,    64,    65,    255,  256,   257,
                                 258,   259,   260,   512,   513,   514,   4095,  4096, 16383, 16384,
                                 32767, 32768, 32769, 65535, 65536, 65537, 98304, 98305};

template <class Value>
void expect_all_kinds_inflate(std::size_t size) {
    ChunkCompressor compressor;
    std::mt19937_64 random(size);
    std::vector<Value> values(size);
    const auto fill = [&](auto&& value_at) {
        for (std::size_t i = 0; i < size; ++i) values[i] = static_cast<Value>(value_at(i));
        return expect_inflates(compressor, values);
    };
    const std::size_t raw = size * sizeof(Value);
    EXPECT_LE(fill([](std::size_t) { return 0; }), 40 + raw / 900) << "zeros";
    EXPECT_LE(fill([](std::size_t) { return ~std::uint64_t{0}; }), 40 + raw / 900) << "ones";
    EXPECT_LE(fill([](std::size_t) { return 0x0102030405060708U; }), 40 * sizeof(Value) + raw / 900);
    EXPECT_LE(fill([&](std::size_t) { return random(); }), raw + 6 + sizeof(Value) * (14 + size / 32768 * 6))
        << "noise";
    fill([](std::size_t i) { return 1'000'000'000'000 + i; });  // consecutive numbers
    fill([](std::size_t i) { return i * i; });
    fill([&](std::size_t i) { return random() >> (63 - 2 * (i % 30)); });  // a sawtooth, as divisors
    fill([&](std::size_t) { return random() >> (random() % 64); });
    fill([](std::size_t i) { return i == 0 ? 255 : 0; });  // almost constant
    fill([&](std::size_t i) { return i + 1 == size ? 255 : 0; });
    fill([](std::size_t i) { return i % 2; });
}

TEST(ChunkCompressor, ZlibInflatesEverySizeOfEveryKind) {
    for (const std::size_t size : sizes) {
        expect_all_kinds_inflate<std::uint64_t>(size);
        expect_all_kinds_inflate<std::uint32_t>(size);
    }
}

TEST(ChunkCompressor, ZlibInflatesRandomMixtures) {
    const unsigned seed = std::random_device()();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937_64 random(seed);
    ChunkCompressor compressor;
    for (int round = 0; round < 300; ++round) {
        std::vector<std::uint64_t> values(1 + random() % (1U << (1 + random() % 16)));
        // Each plane of its own kind: constant, noise, few values, runs, ascending.
        const std::uint64_t kinds = random();
        const std::uint64_t most_used = random() % 255 + 1;
        std::uint64_t last = random();
        for (std::size_t i = 0; i < values.size(); ++i) {
            const std::uint64_t fresh = random();
            std::uint64_t value = 0;
            for (unsigned plane = 0; plane < 8; ++plane) {
                const std::uint64_t byte = fresh >> 8 * plane & 255U;
                const std::uint64_t before = last >> 8 * plane & 255U;
                std::uint64_t put = before;
                switch (kinds >> 8 * plane & 7U) {
                    case 0:
                        put = byte;
                        break;
                    case 1:
                        put = byte % most_used;
                        break;
                    case 2:
                        put = byte < 20 ? byte : before;
                        break;
                    case 3:
                        put = i & 255U;
                        break;
                    case 4:
                        put = byte < 200 ? 0 : byte;
                        break;
                    default:
                        break;
                }
                value |= put << 8 * plane;
            }
            values[i] = last = value;
        }
        expect_inflates(compressor, values);
        ASSERT_FALSE(HasFailure()) << "round " << round;
    }
}

/// Of the bytes of all planes, each by itself, in bytes.
double entropy_of_planes(const std::vector<std::uint64_t>& values) {
    double bits = 0;
    for (unsigned plane = 0; plane < 8; ++plane) {
        std::array<double, 256> counts{};
        for (const std::uint64_t value : values) counts[value >> 8 * plane & 255U] += 1;
        for (const double count : counts)
            if (count > 0) bits -= count * std::log2(count / static_cast<double>(values.size()));
    }
    return bits / 8;
}

TEST(ChunkCompressor, DivisorsTakeNoMoreThanTheEntropyOfTheirBytes) {
    ChunkCompressor compressor;
    for (const std::uint64_t first : {10'000'000U, 1'000'000'000U}) {
        std::vector<std::uint32_t> counts;
        std::vector<std::uint64_t> divisors;
        numbers::IntervalSieve().append_divisors({first, 2000}, counts, divisors);
        divisors.resize(16384);
        // A section is stored where a 32nd is all that a code could save.
        EXPECT_LE(static_cast<double>(expect_inflates(compressor, divisors)),
                  entropy_of_planes(divisors) * 33 / 32)
            << first;
    }
}

TEST(ChunkCompressor, TheSameWhateverCameBefore) {
    ChunkCompressor used;
    std::mt19937_64 random(3);
    std::vector<std::uint64_t> values(20000);
    std::vector<std::byte> ignored;
    for (const unsigned shift : {0U, 20U, 50U, 63U}) {
        for (std::uint64_t& value : values) value = random() >> shift >> random() % 8;
        std::vector<std::byte> after;
        std::vector<std::byte> alone;
        const std::span<const std::byte> bytes = std::as_bytes(std::span(values));
        used.append_chunk(bytes, bytes.size(), 8, after);
        ChunkCompressor().append_chunk(bytes, bytes.size(), 8, alone);
        EXPECT_EQ(after, alone);
        used.append_chunk(bytes.first(8000), 160000, 4, ignored);
    }
}

// Of another geometry, too, whose bytes lie around the new ones, for lengths where few repeats decide.
TEST(ChunkCompressor, TheSameWhateverStandsAround) {
    ChunkCompressor used;
    std::mt19937_64 random(4);
    std::vector<std::byte> ignored;
    for (std::size_t length = 500; length < 1100; ++length) {
        const std::vector<std::uint32_t> other(length + random() % 300, static_cast<std::uint32_t>(random()));
        const std::span<const std::byte> before = std::as_bytes(std::span(other));
        used.append_chunk(before, before.size(), 4, ignored);
        std::vector<std::uint64_t> values(length);
        std::iota(values.begin(), values.end(), random());
        const std::span<const std::byte> bytes = std::as_bytes(std::span(values));
        std::vector<std::byte> after;
        std::vector<std::byte> alone;
        used.append_chunk(bytes, bytes.size(), 8, after);
        ChunkCompressor().append_chunk(bytes, bytes.size(), 8, alone);
        ASSERT_EQ(after, alone) << length << " numbers";
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
