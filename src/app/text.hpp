// Quantities as a user reads them: three digits and a unit.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace factorize::app {

/// "1 worker", "7 workers".
[[nodiscard]] std::string counted(std::uint64_t count, std::string_view what);

/// "876", "8.76M": powers of 1000.
[[nodiscard]] std::string short_text(double number);

/// "876k numbers/s".
[[nodiscard]] std::string rate_text(double numbers_per_s);

/// "1.2 GB", powers of 1000.
[[nodiscard]] std::string bytes_text(double bytes);

/// "1.14 us", "3.5 minutes".
[[nodiscard]] std::string duration_text(double seconds);

/// Of what can be watched: "1:02:03", "12d03h".
[[nodiscard]] std::string clock_text(double seconds);

}  // namespace factorize::app
