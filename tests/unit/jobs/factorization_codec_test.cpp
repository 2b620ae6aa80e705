#include "jobs/factorization_codec.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <gtest/gtest.h>

#include "jobs/error.hpp"
#include "jobs/little_endian.hpp"
#include "support/error_text.hpp"
#include "support/nasty_numbers.hpp"
#include "support/random_numbers.hpp"
#include "support/trial_division.hpp"

namespace factorize::jobs {
namespace {

using numbers::Factorization;

Factorization product_of(const std::vector<std::uint64_t>& primes) {
    Factorization product;
    for (std::size_t i = 0; i < primes.size();) {
        std::size_t end = i;
        while (end < primes.size() && primes[end] == primes[i]) ++end;
        product.push_back(primes[i], static_cast<std::uint32_t>(end - i));
        i = end;
    }
    return product;
}

FactoredRow row_of(const std::vector<std::uint64_t>& primes) {
    const Factorization product = product_of(primes);
    return {product.product(), product};
}

std::vector<FactoredRow> nasty_rows() {
    std::vector<FactoredRow> rows{
        row_of(std::vector<std::uint64_t>{}),
        {UINT64_MAX, std::nullopt},
        row_of(std::vector<std::uint64_t>(63, 2)),
        row_of(std::vector<std::uint64_t>(40, 3)),
        row_of({4'294'967'291, 4'294'967'291}),
        row_of({4'294'967'279, 4'294'967'291}),
        row_of({2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47}),  // 15 primes: the most there are
        {1, std::nullopt},
        row_of({2, 9'223'372'036'854'775'783U}),
    };
    for (const std::uint64_t p : nasty::primes) rows.push_back(row_of({p}));
    for (const test::Known& known : test::top_numbers()) rows.push_back(row_of(known.primes));
    rows.push_back({9'223'372'036'854'775'808U, std::nullopt});
    return rows;
}

std::vector<std::byte> encoded(std::span<const FactoredRow> rows, Store store = Store::full) {
    std::vector<std::byte> frame;
    encode_factorizations(rows, store, frame);
    return frame;
}

std::vector<FactoredRow> decoded(std::span<const std::byte> frame) {
    std::vector<FactoredRow> rows;
    decode_factorizations(frame, rows);
    return rows;
}

bool same(const FactoredRow& a, const FactoredRow& b) { return a.number == b.number && a.primes == b.primes; }

void expect_same(const std::vector<FactoredRow>& found, std::span<const FactoredRow> wanted) {
    ASSERT_EQ(found.size(), wanted.size());
    for (std::size_t i = 0; i < wanted.size(); ++i)
        EXPECT_TRUE(same(found[i], wanted[i])) << i << ": " << found[i].number << " " << wanted[i].number;
}

/// Could be decoded from an undamaged frame: ascending primes above 1 whose product fits 64 bits.
bool plausible(const FactoredRow& row) {
    if (!row.primes) return true;
    std::uint64_t product = 1;
    std::uint64_t before = 1;
    for (const auto& [prime, exponent] : *row.primes) {
        if (prime <= before || exponent == 0) return false;
        before = prime;
        for (std::uint32_t i = 0; i < exponent; ++i)
            if (__builtin_mul_overflow(product, prime, &product)) return false;
    }
    return product == row.number;
}

TEST(StoredDivisors, AreThoseOfTrialDivision) {
    for (std::uint64_t n = 1; n <= 3'000; ++n)
        for (const Store store : {Store::full, Store::half})
            ASSERT_EQ(stored_divisors(test::primes_of(n), store), test::listed(n, store).size()) << n;
    for (const test::Known& n : test::top_numbers())
        for (const Store store : {Store::full, Store::half})
            EXPECT_EQ(stored_divisors(product_of(n.primes), store),
                      test::listed_of_product(n.primes, store).size());
}

TEST(FactorizationCodec, GivesBackWhatItWasGiven) {
    const std::vector<FactoredRow> rows = nasty_rows();
    for (const Store store : {Store::full, Store::half}) {
        const std::vector<std::byte> frame = encoded(rows, store);
        expect_same(decoded(frame), rows);
        std::uint64_t total = 0;
        for (const FactoredRow& row : rows)
            if (row.primes) total += stored_divisors(*row.primes, store);
        EXPECT_EQ(stored_divisors(frame), total);
    }
}

TEST(FactorizationCodec, KeepsOrderAndDuplicatesOfManyNumbers) {
    RandomNumbers random(7);
    std::vector<FactoredRow> rows;
    for (int i = 0; i < 3'000; ++i) {
        const std::uint64_t n = random.of_bits(1 + i % 24);
        rows.push_back({n, i % 50 == 0 ? std::nullopt : std::optional(test::primes_of(n))});
        if (i % 7 == 0) rows.push_back(rows.back());
    }
    expect_same(decoded(encoded(rows)), rows);
}

TEST(FactorizationCodec, AppendsToBothSides) {
    const std::vector<FactoredRow> first{row_of({2, 2, 3})};
    const std::vector<FactoredRow> second{row_of({7}), row_of({5, 5})};
    std::vector<std::byte> bytes = encoded(first);
    const std::size_t border = bytes.size();
    encode_factorizations(second, Store::full, bytes);
    std::vector<FactoredRow> rows;
    decode_factorizations(std::span(bytes).first(border), rows);
    decode_factorizations(std::span(bytes).subspan(border), rows);
    expect_same(rows, std::vector<FactoredRow>{first[0], second[0], second[1]});
}

TEST(FactorizationCodec, HoldsTheBytesThatItsContractSays) {
    const std::vector<FactoredRow> rows{
        row_of({2, 2, 131}), {0x0102, std::nullopt}, row_of(std::vector<std::uint64_t>{})};
    const std::vector<unsigned> wanted{4,   0, 0, 0,    0, 0, 0, 0,     // 262 * 2 lists 2, 4, 131, 262
                                       3,   2, 0, 0x81, 1,              // 2, then + 0, then + 129
                                       255, 2, 1, 0,    0, 0, 0, 0, 0,  //
                                       0};
    const std::vector<std::byte> frame = encoded(rows);
    ASSERT_EQ(frame.size(), wanted.size());
    for (std::size_t i = 0; i < wanted.size(); ++i)
        EXPECT_EQ(std::to_integer<unsigned>(frame[i]), wanted[i]) << i;
}

TEST(FactorizationCodec, AnEmptyFrameHoldsNoRow) {
    EXPECT_EQ(encoded({}).size(), 8U);
    EXPECT_TRUE(decoded(encoded({})).empty());
}

// A frame does not say how many rows it has: cut between two of them it is a shorter frame.
TEST(FactorizationCodec, ATruncatedFrameIsRefusedOrEndsBetweenTwoRows) {
    const std::vector<FactoredRow> rows = nasty_rows();
    const std::vector<std::byte> frame = encoded(rows);
    std::size_t accepted = 0;
    for (std::size_t length = 0; length < frame.size(); ++length) {
        const std::vector<std::byte> cut(frame.begin(), frame.begin() + static_cast<long>(length));
        try {
            const std::vector<FactoredRow> some = decoded(cut);
            ASSERT_LT(some.size(), rows.size());
            expect_same(some, std::span(rows).first(some.size()));
            ++accepted;
        } catch (const StorageError& error) {
            EXPECT_STREQ(error.what(), "the factorizations of a journal frame are damaged");
        }
    }
    EXPECT_EQ(accepted, rows.size()) << "one for each row border but the last";
}

TEST(FactorizationCodec, AFlippedBitNeverYieldsWhatNoNumberHas) {
    const std::vector<std::byte> frame = encoded(nasty_rows());
    std::size_t refused = 0;
    for (std::size_t bit = 0; bit < 8 * frame.size(); ++bit) {
        std::vector<std::byte> damaged = frame;
        damaged[bit / 8] ^= std::byte{1} << (bit % 8);
        try {
            for (const FactoredRow& row : decoded(damaged)) EXPECT_TRUE(plausible(row)) << "bit " << bit;
        } catch (const StorageError&) {
            ++refused;
        }
    }
    EXPECT_GT(refused, 0U);
}

TEST(FactorizationCodec, RandomBytesNeverYieldWhatNoNumberHas) {
    RandomNumbers random(11);
    for (int round = 0; round < 20'000; ++round) {
        std::vector<std::byte> bytes;
        const std::uint64_t length = 8 + random.of_bits(64) % 40;
        for (std::uint64_t i = 0; i < length; ++i)
            bytes.push_back(static_cast<std::byte>(i % 3 == 0 ? random.of_bits(64) % 8 : random.of_bits(64)));
        try {
            for (const FactoredRow& row : decoded(bytes)) ASSERT_TRUE(plausible(row)) << round;
        } catch (const StorageError&) {
        }
    }
}

TEST(FactorizationCodec, RefusesWhatIsNoFactorization) {
    const auto refuses = [](std::vector<unsigned> row) {
        std::vector<std::byte> frame(8);
        for (const unsigned byte : row) frame.push_back(static_cast<std::byte>(byte));
        EXPECT_EQ(test::text_of<StorageError>([&] { (void)decoded(frame); }),
                  "the factorizations of a journal frame are damaged");
    };
    refuses({1, 0});                                                           // 0 is no prime
    refuses({1, 1});                                                           // nor is 1
    refuses({2, 0, 3});                                                        // 0, then 3
    refuses({64, 2});                                                          // ends too soon
    refuses({1});                                                              // no prime at all
    refuses({255, 1, 2, 3, 4, 5, 6, 7});                                       // seven bytes of a number
    refuses({1, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x02});  // 2^64
    refuses({1, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00});
    std::vector<unsigned> powers(65, 0);
    powers[0] = 64;
    powers[1] = 2;
    refuses(powers);  // 2^64
    std::vector<unsigned> wraps{2, 2};
    for (int i = 0; i < 9; ++i) wraps.push_back(0xff);
    wraps.push_back(1);
    refuses(wraps);  // 2, then 2 + 2^64-1
}

}  // namespace
}  // namespace factorize::jobs
