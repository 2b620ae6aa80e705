#include "app/version_text.hpp"

#include <fmt/format.h>

#include "app/version.hpp"
#include "numbers/simd_level.hpp"

namespace factorize::app {

std::string version_text(std::string_view program) {
    return fmt::format("{} {} (git {})\n  compiler  {}\n  kernels   {}\n", program, version, git_commit,
                       compiler, numbers::name(numbers::simd_level()));
}

}  // namespace factorize::app
