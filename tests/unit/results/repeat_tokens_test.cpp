#include "results/repeat_tokens.hpp"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace factorize::results {
namespace {

using Bytes = std::vector<std::byte>;

/// What the tokens stand for.
Bytes replay(const RepeatTokens& tokens) {
    Bytes bytes;
    for (const RepeatToken token : tokens.tokens()) {
        if (token < first_repeat_token) {
            bytes.push_back(static_cast<std::byte>(token));
            continue;
        }
        EXPECT_LE(tokens.distance(), bytes.size());
        if (tokens.distance() > bytes.size()) break;
        for (std::size_t i = 0; i < token - first_repeat_token + shortest_repeat; ++i)
            bytes.push_back(bytes[bytes.size() - tokens.distance()]);
    }
    return bytes;
}

/// @return how many tokens
std::size_t expect_the_same(const Bytes& bytes) {
    constexpr std::size_t margin = RepeatTokens::margin;
    Bytes buffer;
    buffer.reserve(bytes.size() + 2 * margin);
    for (std::size_t i = 0; i < margin; ++i) buffer.push_back(bytes.front());  // whatever stands around
    for (const std::byte byte : bytes) buffer.push_back(byte);
    for (std::size_t i = 0; i < margin; ++i) buffer.push_back(bytes.back());
    const std::span<const std::byte> section =
        std::span<const std::byte>(buffer).subspan(margin, bytes.size());
    RepeatTokens tokens;
    tokens.find_repeats(section);
    tokens.cut(section);
    EXPECT_TRUE(replay(tokens) == bytes) << bytes.size() << " bytes";
    return tokens.tokens().size();
}

TEST(RepeatTokens, RunsOfEveryLength) {
    for (std::size_t run = 1; run <= 800; ++run)
        for (const std::size_t before : {0U, 1U, 63U, 64U}) {
            Bytes bytes(before, std::byte{1});
            bytes.insert(bytes.end(), run, std::byte{0});
            bytes.push_back(std::byte{2});
            const std::size_t tokens = expect_the_same(bytes);
            EXPECT_LE(tokens, 2 + 1 + 1 + run / 258 + 2 + 1) << "a run of " << run << " behind " << before;
            bytes.pop_back();  // up to the end
            expect_the_same(bytes);
        }
}

TEST(RepeatTokens, TheLongestSectionOfEachKind) {
    std::mt19937 random(2);
    Bytes bytes(longest_section, std::byte{9});
    EXPECT_EQ(expect_the_same(bytes), 1 + (longest_section - 1) / 258 + 1);
    for (std::byte& byte : bytes) byte = static_cast<std::byte>(random());
    expect_the_same(bytes);
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::byte>(3 * i);
    EXPECT_EQ(expect_the_same(bytes), 256 + (longest_section - 256) / 258 + 1)
        << "an arithmetic sequence repeats";
}

TEST(RepeatTokens, SequencesOfEveryLength) {
    for (std::size_t size = 1; size <= 1100; ++size) {
        Bytes bytes(size);
        for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::byte>(5 * i + 1);
        expect_the_same(bytes);
    }
}

TEST(RepeatTokens, RandomRunsAndLiterals) {
    const unsigned seed = std::random_device()();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    for (int round = 0; round < 2000; ++round) {
        Bytes bytes;
        const std::size_t size = 1 + random() % (round % 10 == 0 ? longest_section : 300);
        while (bytes.size() < size) {
            const std::size_t count = 1 + random() % (1U << random() % 10);
            const auto value = static_cast<std::byte>(random() % 3);
            if (random() % 2 == 0)
                bytes.insert(bytes.end(), count, value);
            else
                for (std::size_t i = 0; i < count; ++i) bytes.push_back(static_cast<std::byte>(random()));
        }
        bytes.resize(size);
        expect_the_same(bytes);
    }
}

TEST(RepeatTokens, RepeatsOneByte) {
    RepeatTokens tokens;
    for (const std::size_t count : {1U, 2U, 3U, 4U, 5U, 258U, 259U, 260U, 261U, 262U, 517U, 1U << 20U}) {
        tokens.repeat(std::byte{77}, count);
        EXPECT_EQ(replay(tokens), Bytes(count, std::byte{77}));
    }
}

}  // namespace
}  // namespace factorize::results
