#include "app/progress.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string_view>

#include <fmt/format.h>

#include "app/tell.hpp"

namespace factorize::app {
namespace {

constexpr double redraw_s = 0.2;
// Of plain lines: 2, 6, 14, 30, 60, 90, ... s after the beginning.
constexpr double first_wait_s = 2;
constexpr double longest_wait_s = 30;

}  // namespace

std::string clock_text(double seconds) {
    const auto s = static_cast<std::uint64_t>(seconds);
    return s >= 86400 ? fmt::format("{}d{:02}h", s / 86400, s / 3600 % 24)
                      : fmt::format("{}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60);
}

std::string rate_text(double numbers_per_s) {
    constexpr std::array units{"", "k", "M", "G"};
    std::size_t unit = 0;
    for (; numbers_per_s >= 999.5 && unit + 1 < units.size(); ++unit)
        numbers_per_s /= 1000;  // else 999.6 would print as 1e+03
    return fmt::format("{:.3g}{} numbers/s", numbers_per_s, units[unit]);
}

void Progress::begin(const std::string& phase, std::uint64_t done, std::uint64_t total, double now) {
    clear();
    phase_ = phase;
    at_start_ = done;
    total_ = total;
    start_ = now;
    wait_s_ = terminal_.is_there() ? redraw_s : first_wait_s;
    next_ = now + wait_s_;
}

void Progress::show(std::uint64_t done, std::size_t workers, double now) {
    if (!terminal_.is_there()) wait_s_ = std::min(2 * wait_s_, longest_wait_s);
    next_ = now + wait_s_;
    const double rate = static_cast<double>(done - at_start_) / (now - start_);
    const std::string left = rate > 0 ? clock_text(static_cast<double>(total_ - done) / rate) : "unknown";
    std::string line = fmt::format("{}: {} of {} ({:.1f} %), {}, {} left, {} worker{}", phase_, done, total_,
                                   100.0 * static_cast<double>(done) / static_cast<double>(total_),
                                   rate_text(rate), left, workers, workers == 1 ? "" : "s");
    if (terminal_.is_there()) {
        // A line that wraps cannot be redrawn.
        const std::size_t room = terminal_.columns() - 1;
        constexpr std::string_view dispensable = " numbers";
        if (line.size() > room) line.erase(line.find(dispensable), dispensable.size());
        line.resize(std::min(line.size(), room));
        tell("\r{}\033[K", line);
    } else {
        tell("{}\n", line);
    }
    drawn_ = terminal_.is_there();
}

void Progress::clear() {
    if (drawn_) tell("\r\033[K");
    drawn_ = false;
}

}  // namespace factorize::app
