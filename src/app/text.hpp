// Quantities as a user reads them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace factorize::app {

/// "1 worker", "7 workers".
[[nodiscard]] std::string counted(std::uint64_t count, std::string_view what);

/// "876", "8.76M": three digits, powers of 1000.
[[nodiscard]] std::string short_text(double number);

/// "876k numbers/s".
[[nodiscard]] std::string rate_text(double numbers_per_s);

/// "1.23 GB".
[[nodiscard]] std::string bytes_text(double bytes);

/// "1.14 us", "3.5 minutes", "27.4 years".
[[nodiscard]] std::string duration_text(double seconds);

/// Of what can be watched: "1:02:03", "12d03h".
[[nodiscard]] std::string clock_text(double seconds);

}  // namespace factorize::app
