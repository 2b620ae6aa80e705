// What a user sees while a job runs: one redrawn line on a terminal, elsewhere a plain line now and then.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "app/terminal.hpp"

namespace factorize::app {

class Progress {
public:
    /// @param quiet  prints nothing
    explicit Progress(bool quiet = false) : quiet_(quiet) {}

    /// A phase of `total` rows begins, `done` of them by an earlier run. @param now  seconds, steady
    void begin(const std::string& phase, std::uint64_t done, std::uint64_t total, double now);
    /// Whether it is time for show(). On a terminal five times a second; elsewhere soon after the beginning,
    /// for whoever waits for a sign of life, and ever more rarely, down to every 30 s.
    [[nodiscard]] bool is_due(double now) const { return !quiet_ && now >= next_; }
    void show(std::uint64_t done, std::size_t workers, double now);
    /// Leaves the cursor at the start of a line: before anything else is printed.
    void clear();

private:
    bool quiet_;
    Terminal terminal_;
    bool drawn_ = false;
    std::string phase_;
    std::uint64_t at_start_ = 0;
    std::uint64_t total_ = 0;
    double start_ = 0;
    double wait_s_ = 0;
    double next_ = 0;
};

}  // namespace factorize::app
