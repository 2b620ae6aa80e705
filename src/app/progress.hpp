// What a user sees while a job runs: one redrawn line on a terminal, elsewhere a plain line now and then.
#pragma once

#include <cstdint>
#include <string>

namespace factorize::app {

/// "1:02:03", "12d03h".
[[nodiscard]] std::string clock_text(double seconds);

class Progress {
public:
    Progress();

    /// A phase of `total` rows begins, `done` of them by an earlier run. @param now  seconds, steady
    void begin(const std::string& phase, std::uint64_t done, std::uint64_t total, double now);
    /// Prints if it is time to.
    void update(std::uint64_t done, double now);
    /// Leaves the cursor at the start of a line: before anything else is printed.
    void clear();

private:
    void print(std::uint64_t done, double now);

    bool terminal_;
    bool drawn_ = false;
    std::string phase_;
    std::uint64_t at_start_ = 0;
    std::uint64_t total_ = 0;
    double start_ = 0;
    double last_ = 0;
};

}  // namespace factorize::app
