#include "app/progress.hpp"

#include <algorithm>
#include <cstdio>
#include <string_view>

#include <fmt/format.h>

#include "app/tell.hpp"
#include "app/text.hpp"

namespace factorize::app {
namespace {

constexpr double redraw_s = 0.2;
// Of plain lines: 2, 6, 14, 30, 60, 90, ... s after the beginning.
constexpr double first_wait_s = 2;
constexpr double longest_wait_s = 30;

}  // namespace

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
    std::string line = fmt::format("{}: {} of {} ({:.1f} %), {}, {} left, {}", phase_, done, total_,
                                   100.0 * static_cast<double>(done) / static_cast<double>(total_),
                                   rate_text(rate), left, counted(workers, "worker"));
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
