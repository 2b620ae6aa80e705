#include "app/text.hpp"

#include <array>
#include <cstddef>

#include <fmt/format.h>

namespace factorize::app {
namespace {

/// Divides by a thousand while three digits are too few, at most `most` times: 999.6 would print as 1e+03.
/// @return how often
std::size_t take_thousands(double& number, std::size_t most) {
    std::size_t times = 0;
    for (; number >= 999.5 && times < most; ++times) number /= 1000;
    return times;
}

}  // namespace

std::string counted(std::uint64_t count, std::string_view what) {
    return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

std::string short_text(double number) {
    constexpr std::array units{"", "k", "M", "G", "T", "P", "E"};
    const std::size_t unit = take_thousands(number, units.size() - 1);
    return fmt::format("{:.3g}{}", number, units[unit]);
}

std::string rate_text(double numbers_per_s) { return short_text(numbers_per_s) + " numbers/s"; }

std::string bytes_text(double bytes) {
    constexpr std::array units{"bytes", "kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"};
    const std::size_t unit = take_thousands(bytes, units.size() - 1);
    return unit == 0 ? fmt::format("{:.0f} bytes", bytes) : fmt::format("{:.3g} {}", bytes, units[unit]);
}

std::string duration_text(double seconds) {
    if (seconds < 999.5e-6) return fmt::format("{:.3g} us", 1e6 * seconds);
    if (seconds < 999.5e-3) return fmt::format("{:.3g} ms", 1e3 * seconds);
    if (seconds < 100) return fmt::format("{:.3g} s", seconds);
    if (seconds < 100 * 60) return fmt::format("{:.3g} minutes", seconds / 60);
    if (seconds < 100 * 3600) return fmt::format("{:.3g} hours", seconds / 3600);
    if (seconds < 999.5 * 86400) return fmt::format("{:.3g} days", seconds / 86400);
    return short_text(seconds / (365.2425 * 86400)) + " years";
}

std::string clock_text(double seconds) {
    const auto s = static_cast<std::uint64_t>(seconds);
    return s >= 86400 ? fmt::format("{}d{:02}h", s / 86400, s / 3600 % 24)
                      : fmt::format("{}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60);
}

}  // namespace factorize::app
