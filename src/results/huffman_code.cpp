#include "results/huffman_code.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>
#include <utility>

namespace factorize::results {
namespace {

constexpr unsigned symbol_bits = 9;        // most_symbols < 2^9
constexpr unsigned longest_possible = 15;  // in deflate
// Deeper than any tree: one of depth d weighs at least the Fibonacci number F(d + 2), and 286 counts below
// 2^16 less than F(38).
constexpr std::size_t depths = 40;
constexpr std::uint32_t never = UINT32_MAX / 2;  // heavier than any tree

constexpr std::array<std::uint8_t, 256> make_reversed_bytes() {
    std::array<std::uint8_t, 256> reversed{};
    for (std::size_t i = 0; i < 256; ++i)
        for (unsigned bit = 0; bit < 8; ++bit)
            reversed[i] |= static_cast<std::uint8_t>((i >> bit & 1U) << (7 - bit));
    return reversed;
}

constexpr auto reversed_bytes = make_reversed_bytes();

using Keys =
    std::array<std::uint32_t, most_symbols + 1>;  // count << symbol_bits | symbol; one to write behind

/// The counts of hundreds of symbols are in no order, and comparing them would cost a mispredicted branch at
/// each; but most of them are small, and counting sorts those.
void sort_keys(Keys& keys, std::size_t count) {
    constexpr std::uint32_t small = 256;
    const auto begin = keys.begin();
    const auto at = [&](std::size_t i) { return begin + static_cast<std::ptrdiff_t>(i); };
    if (count <= 32) {
        std::sort(begin, at(count));
        return;
    }
    std::array<std::uint16_t, small + 1> next{};  // the last one for all that are not small
    for (std::size_t i = 0; i < count; ++i) ++next[std::min(keys[i] >> symbol_bits, small)];
    std::uint16_t sum = 0;
    for (std::uint16_t& first : next) {
        const std::uint16_t before = sum;
        sum = static_cast<std::uint16_t>(sum + first);
        first = before;
    }
    const std::size_t smalls = next[small];
    Keys sorted;
    for (std::size_t i = 0; i < count; ++i) sorted[next[std::min(keys[i] >> symbol_bits, small)]++] = keys[i];
    std::copy_n(sorted.begin(), count, begin);
    std::sort(at(smalls), at(count));
}

using LengthCounts = std::array<std::uint32_t, depths + 1>;  // how many codes have that length

/// Huffman's tree by two queues: of the leaves, and of the nodes, which are made in order of their weight.
/// What is chosen next is in no order either, so it is chosen without a branch.
/// @param keys  sorted, at least two
LengthCounts count_lengths(const Keys& keys, std::size_t count) {
    std::array<std::uint32_t, most_symbols + 1> leaves;
    std::array<std::uint32_t, most_symbols + 1> nodes;
    std::array<std::uint16_t, most_symbols> parents;
    for (std::size_t i = 0; i < count; ++i) leaves[i] = keys[i] >> symbol_bits;
    leaves[count] = never;
    std::size_t leaf = 0;
    std::size_t node = 0;
    for (std::size_t made = 0; made + 1 < count; ++made) {
        nodes[made] = never;
        std::uint32_t weight = 0;
        for (int child = 0; child < 2; ++child) {
            const std::uint32_t lighter = std::min(leaves[leaf], nodes[node]);
            const std::size_t is_leaf = lighter == leaves[leaf] ? 1 : 0;
            weight += lighter;
            parents[node] =
                static_cast<std::uint16_t>(made);  // where it was a leaf, it will be written again
            leaf += is_leaf;
            node += 1 - is_leaf;
        }
        nodes[made] = weight;
    }
    // As if the root, the last node made, had a parent at depth -1.
    std::array<std::uint8_t, most_symbols + 1> depth_of;
    std::array<std::uint32_t, depths + 1> nodes_at{};
    parents[node] = static_cast<std::uint16_t>(node + 1);
    depth_of[node + 1] = UINT8_MAX;
    for (std::size_t i = node + 1; i-- > 0;) {
        depth_of[i] = static_cast<std::uint8_t>(depth_of[parents[i]] + 1);
        ++nodes_at[depth_of[i]];
    }
    LengthCounts lengths{};
    for (std::size_t depth = 0; depth < depths; ++depth)
        lengths[depth + 1] = 2 * nodes_at[depth] - nodes_at[depth + 1];
    return lengths;
}

/// Cuts what is longer to `longest`, and lengthens others until the code is complete again: until the sum of
/// 2^-length is 1.
void limit_lengths(LengthCounts& lengths, unsigned longest) {
    for (std::size_t length = longest + 1; length < lengths.size(); ++length)
        lengths[longest] += std::exchange(lengths[length], 0);
    std::uint32_t sum = 0;  // in units of 2^-longest
    for (unsigned length = 1; length <= longest; ++length) sum += lengths[length] << (longest - length);
    for (; sum > 1U << longest; --sum) {
        unsigned length = longest - 1;
        while (lengths[length] == 0) --length;
        --lengths[length];  // this one becomes two of the next length: itself, and one of the longest ones
        lengths[length + 1] += 2;
        --lengths[longest];
    }
}

}  // namespace

void find_code_lengths(std::span<const std::uint32_t> counts, unsigned longest,
                       std::span<std::uint8_t> lengths) {
    assert(counts.size() <= most_symbols && counts.size() == lengths.size() && longest <= longest_possible);
    Keys keys;
    std::size_t used = 0;
    for (std::size_t symbol = 0; symbol < counts.size(); ++symbol) {
        keys[used] = counts[symbol] << symbol_bits | static_cast<std::uint32_t>(symbol);
        used += counts[symbol] == 0 ? 0 : 1;
    }
    for (std::size_t symbol = 0; used < 2; ++symbol)
        if (counts[symbol] == 0) keys[used++] = 1U << symbol_bits | static_cast<std::uint32_t>(symbol);
    sort_keys(keys, used);
    LengthCounts lengths_used = count_lengths(keys, used);
    limit_lengths(lengths_used, longest);

    std::fill(lengths.begin(), lengths.end(), std::uint8_t{0});
    for (unsigned length = 1; length <= longest; ++length)
        for (std::uint32_t i = 0; i < lengths_used[length]; ++i)
            lengths[keys[--used] & ((1U << symbol_bits) - 1)] = static_cast<std::uint8_t>(length);
}

void assign_codes(std::span<const std::uint8_t> lengths, std::span<std::uint16_t> codes) {
    std::array<std::uint32_t, longest_possible + 1> next{};
    for (const std::uint8_t length : lengths) ++next[length];
    next[0] = 0;
    std::uint32_t code = 0;
    for (std::uint32_t& first : next) code = (code + std::exchange(first, code)) << 1U;
    for (std::size_t symbol = 0; symbol < lengths.size(); ++symbol) {
        const std::uint32_t forward = next[lengths[symbol]]++;
        const std::uint32_t reversed = static_cast<std::uint32_t>(reversed_bytes[forward & 255U]) << 8U |
                                       reversed_bytes[forward >> 8U & 255U];
        codes[symbol] =
            static_cast<std::uint16_t>(lengths[symbol] == 0 ? 0 : reversed >> (16U - lengths[symbol]));
    }
}

}  // namespace factorize::results
