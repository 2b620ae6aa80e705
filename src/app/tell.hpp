// What a program says to its user besides its output.
#pragma once

#include <cstdio>
#include <string>
#include <utility>

#include <fmt/format.h>

namespace factorize::app {

/// Prints to standard error, in one write. Where nobody can read it any more (a terminal that was closed, a
/// full disk), nothing happens: that must not change how a run ends.
template <class... Values>
void tell(fmt::format_string<Values...> text, Values&&... values) {
    const std::string said = fmt::format(text, std::forward<Values>(values)...);
    std::fwrite(said.data(), 1, said.size(), stderr);
    std::fflush(stderr);
}

}  // namespace factorize::app
