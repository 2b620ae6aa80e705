// What --version prints.
#pragma once

#include <string>
#include <string_view>

namespace factorize::app {

/// Program, version and commit; then a line each for the compiler and the kernels this CPU gets.
[[nodiscard]] std::string version_text(std::string_view program);

}  // namespace factorize::app
