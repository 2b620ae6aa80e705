#include "results/deflate_block.hpp"

#include <algorithm>
#include <cassert>

#include "numbers/simd_level.hpp"
#include "results/huffman_code.hpp"

namespace factorize::results {
namespace {

// Four literals fit into one BitWriter::put. The best code for fewer than 2^16 tokens is seldom longer, and
// then by what only a few of them cost.
constexpr unsigned longest_code = 14;
constexpr unsigned longest_description_code = 7;  // deflate's limit

struct LengthCode {
    std::uint16_t shortest;
    std::uint8_t extra_bits;
};

constexpr std::size_t length_codes = 29;

// RFC 1951, 3.2.5: four codes for each number of extra bits, and 258 has one of its own.
constexpr std::array<LengthCode, length_codes> make_length_codes() {
    std::array<LengthCode, length_codes> codes{};
    std::uint16_t shortest = shortest_repeat;
    for (std::size_t i = 0; i + 1 < length_codes; ++i) {
        const auto extra_bits = static_cast<std::uint8_t>(i < 4 ? 0 : i / 4 - 1);
        codes[i] = {shortest, extra_bits};
        shortest = static_cast<std::uint16_t>(shortest + (1U << extra_bits));
    }
    codes[length_codes - 1] = {longest_repeat, 0};
    return codes;
}

constexpr auto length_code_table = make_length_codes();

/// How many repeat tokens a length code stands for: 257's would be 32, but 258 is not among them.
constexpr std::uint32_t lengths_of(std::size_t code) {
    if (code + 1 == length_codes) return 1;
    return std::min<std::uint32_t>(length_code_table[code + 1].shortest, longest_repeat) -
           length_code_table[code].shortest;
}

struct Distance {
    std::uint32_t symbol;
    std::uint32_t extra_bits;
    std::uint32_t extra;
};

Distance encode_distance(std::uint32_t distance) {
    const std::uint32_t from_zero = distance - 1;
    if (from_zero < 4) return {from_zero, 0, 0};
    const auto extra_bits = static_cast<std::uint32_t>(std::bit_width(from_zero)) - 2;
    return {2 * extra_bits + (from_zero >> extra_bits), extra_bits, from_zero & ((1U << extra_bits) - 1)};
}

// The symbols that describe code lengths: a length, or so many times the last one or zero.
constexpr std::uint8_t repeat_last = 16;  // 3 to 6
constexpr std::uint8_t few_zeros = 17;    // 3 to 10
constexpr std::uint8_t many_zeros = 18;   // 11 to 138
constexpr std::size_t description_symbols = 19;
constexpr std::array<std::uint8_t, description_symbols> description_order{16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                                                          11, 4,  12, 3, 13, 2, 14, 1, 15};

constexpr unsigned extra_bits_of(std::uint8_t symbol) {
    return symbol < repeat_last ? 0 : symbol == repeat_last ? 2 : symbol == few_zeros ? 3 : 7;
}

constexpr unsigned bit_count_bits = 7;  // of a table's entry

// So two entries fit into one BitWriter::put, and the sum of four counts into its field: a code, 5 extra bits
// of the length, 1 bit for the distance, and 6 extra bits of a distance of 256.
static_assert(2 * (longest_code + 5 + 1 + 6) <= BitWriter::most_bits);
static_assert(4 * (longest_code + 5 + 1 + 6) < 1U << bit_count_bits);

constexpr std::uint64_t table_entry(std::uint64_t bits, std::uint64_t count) {
    return bits << bit_count_bits | count;
}

}  // namespace

void put_stored_block(std::span<const std::byte> bytes, bool last, BitWriter& out) {
    assert(bytes.size() <= 65535);
    out.put(last ? 1 : 0, 3);
    out.align();
    out.put(bytes.size() | (~bytes.size() & 0xFFFFU) << 16U, 32);
    out.put_bytes(bytes);
}

// In four tables in turn, so that equal tokens side by side do not wait for each other.
void DeflateBlock::count(std::span<const RepeatToken> tokens) {
    std::array<std::array<std::uint16_t, repeat_token_kinds>, 4> counts{};
    std::size_t i = 0;
    for (; i + 4 <= tokens.size(); i += 4)
        for (std::size_t k = 0; k < 4; ++k) ++counts[k][tokens[i + k]];
    for (; i < tokens.size(); ++i) ++counts[0][tokens[i]];
    for (std::size_t kind = 0; kind < repeat_token_kinds; ++kind)
        token_counts_[kind] =
            static_cast<std::uint32_t>(counts[0][kind] + counts[1][kind] + counts[2][kind] + counts[3][kind]);
}

std::size_t DeflateBlock::plan(const RepeatTokens& tokens) {
    assert(tokens.tokens().size() < 65536);
    count(tokens.tokens());
    std::array<std::uint32_t, symbols> counts{};
    std::copy_n(token_counts_.begin(), end_of_block, counts.begin());
    counts[end_of_block] = 1;
    std::size_t repeats = 0;
    std::size_t bits = 0;
    for (std::size_t code = 0; code < length_codes; ++code) {
        const std::size_t first = first_repeat_token + length_code_table[code].shortest - shortest_repeat;
        std::uint32_t& sum = counts[end_of_block + 1 + code];
        for (std::size_t i = 0; i < lengths_of(code); ++i) sum += token_counts_[first + i];
        repeats += sum;
        bits += std::size_t{sum} * length_code_table[code].extra_bits;
    }
    find_code_lengths(counts, longest_code, lengths_);
    assign_codes(lengths_, codes_);
    for (std::size_t i = 0; i < symbols; ++i) bits += std::size_t{counts[i]} * lengths_[i];
    return bits + repeats * (1 + encode_distance(tokens.distance()).extra_bits) +
           plan_header(tokens.distance());
}

void DeflateBlock::describe_lengths(std::span<const std::uint8_t> lengths) {
    LengthSymbol* out = described_.data();
    for (std::size_t i = 0; i < lengths.size();) {
        const std::uint8_t length = lengths[i];
        std::size_t times = 1;
        while (i + times < lengths.size() && lengths[i + times] == length) ++times;
        i += times;
        if (length == 0) {
            for (; times >= 11; times -= std::min<std::size_t>(times, 138))
                *out++ = {many_zeros, static_cast<std::uint8_t>(std::min<std::size_t>(times, 138) - 11)};
            if (times >= 3) {
                *out++ = {few_zeros, static_cast<std::uint8_t>(times - 3)};
                times = 0;
            }
        } else {
            *out++ = {length, 0};
            for (--times; times >= 3; times -= std::min<std::size_t>(times, 6))
                *out++ = {repeat_last, static_cast<std::uint8_t>(std::min<std::size_t>(times, 6) - 3)};
        }
        for (; times > 0; --times) *out++ = {length, 0};
    }
    described_count_ = static_cast<std::size_t>(out - described_.data());
}

/// @return its size in bits
std::size_t DeflateBlock::plan_header(std::uint32_t distance) {
    used_symbols_ = symbols;
    while (lengths_[used_symbols_ - 1] == 0) --used_symbols_;
    used_symbols_ = std::max(used_symbols_, end_of_block + 1);
    // One distance is a code of one bit (RFC 1951, 3.2.7).
    used_distances_ = encode_distance(distance).symbol + 1;
    std::array<std::uint8_t, symbols + distance_symbols> lengths{};
    std::copy_n(lengths_.begin(), used_symbols_, lengths.begin());
    lengths[used_symbols_ + used_distances_ - 1] = 1;
    describe_lengths(std::span(lengths).first(used_symbols_ + used_distances_));

    std::array<std::uint32_t, description_symbols> counts{};
    for (std::size_t i = 0; i < described_count_; ++i) ++counts[described_[i].symbol];
    find_code_lengths(counts, longest_description_code, description_lengths_);
    assign_codes(description_lengths_, description_codes_);
    std::size_t bits = 3 + 5 + 5 + 4 + 3 * description_symbols;
    for (std::uint8_t symbol = 0; symbol < description_symbols; ++symbol)
        bits += counts[symbol] * (description_lengths_[symbol] + extra_bits_of(symbol));
    return bits;
}

void DeflateBlock::put_header(bool last, BitWriter& out) const {
    out.put((last ? 1U : 0U) | 2U << 1U, 3);
    out.put(used_symbols_ - 257, 5);
    out.put(used_distances_ - 1, 5);
    out.put(description_symbols - 4, 4);
    for (const std::uint8_t symbol : description_order) out.put(description_lengths_[symbol], 3);
    for (std::size_t i = 0; i < described_count_; ++i) {
        const LengthSymbol described = described_[i];
        const unsigned length = description_lengths_[described.symbol];
        out.put(description_codes_[described.symbol] | std::uint64_t{described.extra} << length,
                length + extra_bits_of(described.symbol));
    }
}

void DeflateBlock::make_table(std::uint32_t distance) {
    for (std::size_t literal = 0; literal < end_of_block; ++literal)
        table_[literal] = table_entry(codes_[literal], lengths_[literal]);
    const Distance encoded = encode_distance(distance);
    for (std::size_t code = 0; code < length_codes; ++code) {
        const std::size_t symbol = end_of_block + 1 + code;
        if (lengths_[symbol] == 0) continue;
        const LengthCode length = length_code_table[code];
        const unsigned before_distance = lengths_[symbol] + length.extra_bits + 1U;  // its code is one zero
        for (std::uint32_t extra = 0; extra < lengths_of(code); ++extra) {
            const std::uint64_t bits = codes_[symbol] | std::uint64_t{extra} << lengths_[symbol] |
                                       std::uint64_t{encoded.extra} << before_distance;
            table_[first_repeat_token + length.shortest - shortest_repeat + extra] =
                table_entry(bits, before_distance + encoded.extra_bits);
        }
    }
}

namespace {

/// By value, so that the writer stays in registers.
[[gnu::always_inline]] inline BitWriter write(std::span<const RepeatToken> tokens, const std::uint64_t* table,
                                              BitWriter out) {
    std::size_t i = 0;
    for (; i + 4 <= tokens.size(); i += 4) {
        // A shift takes its count from the lowest six bits of an entry, so entries and their sums are shifted
        // by as they are.
        const std::uint64_t a = table[tokens[i]];
        const std::uint64_t b = table[tokens[i + 1]];
        const std::uint64_t c = table[tokens[i + 2]];
        const std::uint64_t d = table[tokens[i + 3]];
        const std::uint64_t ab = a + b;
        const std::uint64_t abc = ab + c;
        const std::uint64_t first = a >> bit_count_bits | b >> bit_count_bits << a % 64;
        const auto count = static_cast<unsigned>((abc + d) % (1U << bit_count_bits));
        if (count <= BitWriter::most_bits) [[likely]] {
            out.put(first | c >> bit_count_bits << ab % 64 | d >> bit_count_bits << abc % 64, count);
        } else {
            out.put(first, static_cast<unsigned>(ab % 64));
            out.put(c >> bit_count_bits | d >> bit_count_bits << c % 64, static_cast<unsigned>((c + d) % 64));
        }
    }
    for (; i < tokens.size(); ++i)
        out.put(table[tokens[i]] >> bit_count_bits, static_cast<unsigned>(table[tokens[i]] % 64));
    return out;
}

#if defined(__x86_64__)
/// Its shifts take their count from any register.
[[gnu::target("bmi2")]] BitWriter write_bmi2(std::span<const RepeatToken> tokens, const std::uint64_t* table,
                                             BitWriter out) {
    return write(tokens, table, out);
}
#endif

BitWriter write_best(std::span<const RepeatToken> tokens, const std::uint64_t* table, BitWriter out) {
#if defined(__x86_64__)
    // No CPU has AVX2 without BMI2.
    if (numbers::simd_level() >= numbers::SimdLevel::avx2) return write_bmi2(tokens, table, out);
#endif
    return write(tokens, table, out);
}

}  // namespace

void DeflateBlock::put(const RepeatTokens& tokens, bool last, BitWriter& out) {
    put_header(last, out);
    make_table(tokens.distance());
    out = write_best(tokens.tokens(), table_.data(), out);
    out.put(codes_[end_of_block], lengths_[end_of_block]);
}

}  // namespace factorize::results
