// What a verification found.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace factorize::results {

struct Verdict {
    static constexpr std::size_t most_named = 10;

    std::uint64_t rows = 0;      ///< checked, failed ones included
    std::uint64_t factors = 0;   ///< stored divisors of them
    std::uint64_t bytes = 0;     ///< of their chunks as stored
    std::uint64_t unlisted = 0;  ///< failed rows whose numbers /failures can only have counted: it is full
    std::uint64_t faults = 0;
    std::vector<std::string> named;  ///< the first most_named faults, one line each: where, and what is wrong

    [[nodiscard]] bool is_right() const { return faults == 0; }
    void add_fault(std::string text);
    /// Adds what was found behind.
    void append(const Verdict& next);
};

}  // namespace factorize::results
