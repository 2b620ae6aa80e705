#include "app/progress.hpp"

#include <cstdio>

#include <fmt/format.h>
#include <unistd.h>

namespace factorize::app {
namespace {

constexpr double redraw_s = 0.2;
constexpr double plain_line_s = 30;

}  // namespace

std::string clock_text(double seconds) {
    const auto s = static_cast<std::uint64_t>(seconds);
    return s >= 86400 ? fmt::format("{}d{:02}h", s / 86400, s / 3600 % 24)
                      : fmt::format("{}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60);
}

Progress::Progress() : terminal_(::isatty(STDERR_FILENO) == 1) {}

void Progress::begin(const std::string& phase, std::uint64_t done, std::uint64_t total, double now) {
    clear();
    phase_ = phase;
    at_start_ = done;
    total_ = total;
    start_ = last_ = now;
}

void Progress::update(std::uint64_t done, double now) {
    if (now - last_ < (terminal_ ? redraw_s : plain_line_s)) return;
    last_ = now;
    print(done, now);
}

void Progress::print(std::uint64_t done, double now) {
    const double rate = static_cast<double>(done - at_start_) / (now - start_);
    const std::string left = rate > 0 ? clock_text(static_cast<double>(total_ - done) / rate) : "unknown";
    const std::string line =
        fmt::format("{}: {} of {} numbers ({:.1f} %), {:.3g} numbers/s, {} left", phase_, done, total_,
                    100.0 * static_cast<double>(done) / static_cast<double>(total_), rate, left);
    fmt::print(stderr, "{}{}{}", terminal_ ? "\r" : "", line, terminal_ ? "\033[K" : "\n");
    std::fflush(stderr);
    drawn_ = terminal_;
}

void Progress::clear() {
    if (drawn_) fmt::print(stderr, "\r\033[K");
    drawn_ = false;
}

}  // namespace factorize::app
