#include "results/chunk_compressor.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <numbers>
#include <stdexcept>

#include "results/adler32.hpp"
#include "results/bit_writer.hpp"
#include "results/byte_shuffle.hpp"
#include "results/deflate_block.hpp"
#include "results/repeat_tokens.hpp"

namespace factorize::results {
namespace {

constexpr std::size_t margin = RepeatTokens::margin;
constexpr std::size_t longest_constant = std::size_t{1} << 20U;  // what RepeatTokens::repeat takes
constexpr std::size_t stored_overhead = 5;                       // bytes of put_stored_block, at most

/// A section is stored where that takes less than a Huffman code; a constant one is one literal and repeats
/// of 258 bytes at 2 bits, less than 1/64 of it. zlib adds 2 bytes before and 4 behind (RFC 1950).
constexpr std::size_t most_compressed_bytes(std::size_t plane_bytes, std::size_t width) {
    const std::size_t blocks = plane_bytes / longest_section + 1;
    return width * (plane_bytes + blocks * (stored_overhead + most_header_bytes)) + 6 + sizeof(std::uint64_t);
}

bool is_constant(std::span<const std::byte> bytes) {
    return bytes.size() == 1 || std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0;
}

// Where a code could save less than a 32nd, it is not worth the time: with it, a chunk of divisors near 10^7
// takes a third longer and is 1.1 % smaller, near 10^12 a fifth and 0.2 %.
constexpr double noise_bits = 8.0 * 31 / 32;

/// Whether a byte of a section tells more than noise_bits, judging by every eighth run of 32 bytes. So few
/// bytes seem to tell less than they do, by one half of the nats for each value but one (Miller 1955).
bool is_noise(std::span<const std::byte> section) {
    constexpr std::size_t run = 32;
    std::array<std::array<std::uint32_t, 256>, 2> counts{};  // in turn: equal bytes would wait for each other
    std::uint32_t total = 0;
    for (std::size_t i = 0; i + run <= section.size(); i += 8 * run, total += run)
        for (std::size_t k = 0; k < run; ++k) ++counts[k % 2][std::to_integer<std::size_t>(section[i + k])];
    for (std::size_t value = 0; value < 256; ++value) counts[0][value] += counts[1][value];
    // A 12th of one value alone leaves at most h(1/12) + 11/12 * log2(255) = 7.742 bits.
    constexpr std::uint32_t telling_share = 12;
    if (*std::max_element(counts[0].begin(), counts[0].end()) > total / telling_share) return false;
    static const std::vector<float> times_log2 = [] {  // of what is left
        std::vector<float> table(longest_section / 8 / telling_share + 1);
        for (std::size_t n = 2; n < table.size(); ++n)
            table[n] = static_cast<float>(n) * std::log2(static_cast<float>(n));
        return table;
    }();
    float sum = 0;
    float values = 0;
    for (const std::uint32_t count : counts[0]) {
        sum += times_log2[count];
        values += count == 0 ? 0.0F : 1.0F;
    }
    const auto all = static_cast<float>(total);
    return std::log2(all) - sum / all + (values - 1) / (2 * all * std::numbers::ln2_v<float>) > noise_bits;
}

// Fewer bytes tell too little about their entropy, and take no time.
constexpr std::size_t shortest_noise = 4096;

}  // namespace

struct ChunkCompressor::State {
    void put_section(std::span<const std::byte> section, bool last, BitWriter& writer) {
        const std::size_t repeats = tokens.find_repeats(section);
        if (section.size() >= shortest_noise && repeats < section.size() / 64 && is_noise(section)) {
            put_stored_block(section, last, writer);
            return;
        }
        tokens.cut(section);
        if ((block.plan(tokens) + 7) / 8 < section.size() + stored_overhead)
            block.put(tokens, last, writer);
        else
            put_stored_block(section, last, writer);
    }

    void put_plane(std::span<const std::byte> plane, bool last, BitWriter& writer) {
        while (!plane.empty()) {
            const std::span<const std::byte> section =
                plane.first(std::min<std::size_t>(plane.size(), longest_section));
            plane = plane.subspan(section.size());
            put_section(section, last && plane.empty(), writer);
        }
    }

    void put_constant(std::byte byte, std::size_t count, bool last, BitWriter& writer) {
        while (count > 0) {
            const std::size_t part = std::min(count, longest_constant);
            count -= part;
            tokens.repeat(byte, part);
            block.plan(tokens);
            block.put(tokens, last && count == 0, writer);
        }
    }

    /// @return how many bytes
    std::size_t deflate(std::size_t plane_bytes, std::size_t width, std::size_t stride) {
        compressed.resize(most_compressed_bytes(plane_bytes, width));
        BitWriter writer(compressed.data());
        writer.put(0x0178, 16);  // RFC 1950: deflate with a window of 32 KiB, the fastest way
        Adler32 checksum;
        const auto plane = [&](std::size_t k) {
            return std::span<const std::byte>(planes).subspan(margin + k * stride, plane_bytes);
        };
        for (std::size_t k = 0; k < width;) {
            const std::byte first = plane(k).front();
            std::size_t end = k;
            while (end < width && plane(end).front() == first && is_constant(plane(end))) ++end;
            if (end > k) {
                put_constant(first, (end - k) * plane_bytes, end == width, writer);
                checksum.add_repeated(first, (end - k) * plane_bytes);
                k = end;
            } else {
                put_plane(plane(k), k + 1 == width, writer);
                checksum.add(plane(k));
                ++k;
            }
        }
        writer.align();
        for (unsigned shift = 32; shift > 0; shift -= 8)
            writer.put(checksum.value() >> (shift - 8) & 255U, 8);
        return static_cast<std::size_t>(writer.end() - compressed.data());
    }

    RepeatTokens tokens;
    DeflateBlock block;
    std::vector<std::byte> padded;
    std::vector<std::byte> planes;
    std::vector<std::byte> compressed;
};

ChunkCompressor::ChunkCompressor() : state_(std::make_unique<State>()) {}

ChunkCompressor::~ChunkCompressor() = default;
ChunkCompressor::ChunkCompressor(ChunkCompressor&&) noexcept = default;
ChunkCompressor& ChunkCompressor::operator=(ChunkCompressor&&) noexcept = default;

std::size_t ChunkCompressor::append_chunk(std::span<const std::byte> elements, std::size_t chunk_bytes,
                                          std::size_t width, std::vector<std::byte>& out) {
    assert(elements.size() <= chunk_bytes && elements.size() % width == 0 && chunk_bytes % width == 0 &&
           chunk_bytes <= INT32_MAX);
    State& state = *state_;
    if (elements.size() < chunk_bytes) {
        // HDF5 filters a chunk at the edge of a dataset as a whole one; its surplus is never read.
        state.padded.assign(chunk_bytes, std::byte{0});
        std::copy(elements.begin(), elements.end(), state.padded.begin());
        elements = state.padded;
    }
    const std::size_t plane_bytes = chunk_bytes / width;
    const std::size_t stride = plane_bytes + 2 * margin;
    state.planes.resize(width * stride);
    shuffle_bytes(elements, width, state.planes.data() + margin, stride);
    const std::size_t bytes = state.deflate(plane_bytes, width, stride);
    out.insert(out.end(), state.compressed.begin(),
               state.compressed.begin() + static_cast<std::ptrdiff_t>(bytes));
    return bytes;
}

}  // namespace factorize::results
