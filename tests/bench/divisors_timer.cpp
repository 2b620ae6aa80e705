// What peers.sh runs on our side to list divisors without printing them, and to add up those that were
// printed.
//
//     divisors_timer FIRST COUNT        prints: CPU seconds of one listing, how many divisors, their sum mod
//     2^64 factors ... | divisors_timer      prints: how many divisors the lines name, their sum mod 2^64

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <ctime>
#include <iostream>
#include <numeric>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "jobs/token_reader.hpp"
#include "numbers/interval_sieve.hpp"

namespace {

using namespace factorize;

constexpr std::uint64_t numbers_per_call = 16 * 1024;  // as `factors` and the blocks of `factorize run`
constexpr double least_seconds = 0.3;  // shorter listings are repeated, each by a new sieve, and averaged

struct Checksum {
    std::uint64_t count = 0;
    std::uint64_t sum = 0;
};

/// Of this process, user and system.
double cpu_seconds() {
    timespec now{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// Seconds to list all divisors. What the checksum takes is not counted.
double list(numbers::Interval interval, Checksum& checksum) {
    checksum = {};
    std::vector<std::uint32_t> counts;
    std::vector<std::uint64_t> divisors;
    double start = cpu_seconds();
    double seconds = 0;
    numbers::IntervalSieve sieve;
    while (interval.count > 0) {
        const numbers::Interval part{interval.first, std::min(interval.count, numbers_per_call)};
        counts.clear();
        divisors.clear();
        sieve.append_divisors(part, counts, divisors);
        seconds += cpu_seconds() - start;
        checksum.count += std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
        checksum.sum += std::accumulate(divisors.begin(), divisors.end(), std::uint64_t{0});
        interval = {interval.first + part.count, interval.count - part.count};
        start = cpu_seconds();
    }
    return seconds;
}

void time_listing(numbers::Interval interval) {
    Checksum checksum;
    double seconds = 0;
    int repeats = 0;
    for (; repeats == 0 || seconds < least_seconds; ++repeats) seconds += list(interval, checksum);
    fmt::print("{:.6f} {} {}\n", seconds / repeats, checksum.count, checksum.sum);
}

/// Reads lines such as "12:[2, 3, 4, 6]".
void add_up_lines() {
    Checksum checksum;
    for (std::string line; std::getline(std::cin, line);) {
        const char* const end = line.data() + line.size();
        for (const char* at = std::find(line.data(), line.data() + line.size(), '['); at < end; ++at) {
            std::uint64_t divisor = 0;
            const std::from_chars_result digits = std::from_chars(at, end, divisor);
            if (digits.ptr == at) continue;
            at = digits.ptr;
            ++checksum.count;
            checksum.sum += divisor;
        }
    }
    fmt::print("{} {}\n", checksum.count, checksum.sum);
}

}  // namespace

int main(int argc, char** argv) {
    const std::vector<std::string_view> arguments(argv + 1, argv + argc);
    if (arguments.empty()) {
        std::ios::sync_with_stdio(false);
        add_up_lines();
        return 0;
    }
    if (arguments.size() == 2) {
        const auto first = jobs::parse_number(arguments[0]);
        const auto count = jobs::parse_number(arguments[1]);
        if (first && count && *count - 1 <= UINT64_MAX - *first) {
            time_listing({*first, *count});
            return 0;
        }
    }
    fmt::print(stderr, "usage: divisors_timer [FIRST COUNT]\n");
    return 2;
}
