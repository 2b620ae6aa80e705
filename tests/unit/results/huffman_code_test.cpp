#include "results/huffman_code.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <numeric>
#include <queue>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace factorize::results {
namespace {

using Counts = std::vector<std::uint32_t>;
using Lengths = std::vector<std::uint8_t>;

Lengths lengths_for(const Counts& counts, unsigned longest) {
    Lengths lengths(counts.size(), 99);
    find_code_lengths(counts, longest, lengths);
    return lengths;
}

/// Complete, no longer than allowed, and a code for every symbol that occurs.
void expect_complete(const Counts& counts, const Lengths& lengths, unsigned longest) {
    std::uint64_t sum = 0;  // in units of 2^-15
    for (std::size_t i = 0; i < counts.size(); ++i) {
        EXPECT_LE(lengths[i], longest);
        EXPECT_TRUE(counts[i] == 0 || lengths[i] > 0) << "symbol " << i;
        if (lengths[i] > 0) sum += std::uint64_t{1} << (15U - lengths[i]);
    }
    EXPECT_EQ(sum, std::uint64_t{1} << 15U);
}

std::uint64_t cost(const Counts& counts, const Lengths& lengths) {
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) bits += std::uint64_t{counts[i]} * lengths[i];
    return bits;
}

/// The bits of the best code within the limit, by packages (Larmore and Hirschberg 1990): a package of 2^-l
/// is two of the lightest of 2^-(l+1), or a symbol.
std::uint64_t least_cost(const Counts& counts, unsigned longest) {
    std::vector<std::uint64_t> symbols;
    for (const std::uint32_t count : counts)
        if (count > 0) symbols.push_back(count);
    symbols.resize(std::max<std::size_t>(symbols.size(), 2), 1);
    std::sort(symbols.begin(), symbols.end());
    std::vector<std::uint64_t> packages;
    for (unsigned length = longest; length > 0; --length) {
        std::vector<std::uint64_t> joined;
        for (std::size_t i = 0; i + 1 < packages.size(); i += 2)
            joined.push_back(packages[i] + packages[i + 1]);
        packages.clear();
        std::merge(symbols.begin(), symbols.end(), joined.begin(), joined.end(),
                   std::back_inserter(packages));
    }
    return std::accumulate(packages.begin(),
                           packages.begin() + static_cast<std::ptrdiff_t>(2 * symbols.size() - 2),
                           std::uint64_t{0});
}

/// The bits of Huffman's code without a limit: the sum of all nodes made by joining the two lightest.
std::uint64_t least_cost(const Counts& counts) {
    std::priority_queue<std::uint64_t, std::vector<std::uint64_t>, std::greater<>> weights;
    for (const std::uint32_t count : counts)
        if (count > 0) weights.push(count);
    std::uint64_t bits = 0;
    while (weights.size() > 1) {
        std::uint64_t sum = weights.top();
        weights.pop();
        sum += weights.top();
        weights.pop();
        weights.push(sum);
        bits += sum;
    }
    return bits;
}

TEST(HuffmanCode, IsHuffmansWhereThatIsShortEnough) {
    const unsigned seed = std::random_device()();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    for (int round = 0; round < 500; ++round) {
        Counts counts(2 + random() % (most_symbols - 1));
        for (std::uint32_t& count : counts)
            count = static_cast<std::uint32_t>(100 + random() % 400);  // no tree deeper than 15
        const Lengths lengths = lengths_for(counts, 15);
        expect_complete(counts, lengths, 15);
        EXPECT_EQ(cost(counts, lengths), least_cost(counts));
    }
}

TEST(HuffmanCode, SkewedCountsStayWithinTheLimit) {
    const unsigned seed = std::random_device()();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    for (int round = 0; round < 2000; ++round) {
        Counts counts(2 + random() % (most_symbols - 1));
        for (std::uint32_t& count : counts)
            count = static_cast<std::uint32_t>((random() & 0xFFFFU) >> random() % 20);
        for (const unsigned longest : {10U, 14U, 15U}) {
            const Lengths lengths = lengths_for(counts, longest);
            expect_complete(counts, lengths, longest);
            if (longest >= 14) {
                EXPECT_LE(static_cast<double>(cost(counts, lengths)),
                          1.02 * static_cast<double>(least_cost(counts, longest)));
            }
        }
    }
}

TEST(HuffmanCode, FibonacciNumbersMakeTheDeepestTree) {
    Counts counts{1, 1};
    while (counts.back() < 40000) counts.push_back(counts.back() + counts[counts.size() - 2]);
    for (const unsigned longest : {5U, 7U, 14U, 15U})
        expect_complete(counts, lengths_for(counts, longest), longest);
    counts.resize(most_symbols, 65535);  // and the heaviest
    expect_complete(counts, lengths_for(counts, 14), 14);
}

TEST(HuffmanCode, FewerThanTwoSymbolsMakeACompleteCodeToo) {
    EXPECT_EQ(lengths_for({0, 0, 0}, 15), (Lengths{1, 1, 0}));
    EXPECT_EQ(lengths_for({0, 0, 5}, 15), (Lengths{1, 0, 1}));
    EXPECT_EQ(lengths_for({5, 0, 0}, 15), (Lengths{1, 1, 0}));
    EXPECT_EQ(lengths_for({5, 0, 7}, 15), (Lengths{1, 0, 1}));
}

TEST(HuffmanCode, CodesAreThoseOfTheStandard) {
    // RFC 1951, 3.2.2: lengths (3, 3, 3, 3, 3, 2, 4, 4) give 010, 011, 100, 101, 110, 00, 1110, 1111.
    std::vector<std::uint16_t> codes(8);
    assign_codes(Lengths{3, 3, 3, 3, 3, 2, 4, 4}, codes);
    EXPECT_EQ(codes, (std::vector<std::uint16_t>{0b010, 0b110, 0b001, 0b101, 0b011, 0b00, 0b0111, 0b1111}));
    codes.resize(3);
    assign_codes(Lengths{0, 1, 1}, codes);
    EXPECT_EQ(codes, (std::vector<std::uint16_t>{0, 0, 1}));
}

}  // namespace
}  // namespace factorize::results
