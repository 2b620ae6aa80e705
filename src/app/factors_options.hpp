// The command line of `factors`.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace factorize::app {

struct FactorsOptions {
    bool prime_factors = false;
    bool strict = false;
    bool hadoop_counters = false;
    std::vector<std::string> numbers;  ///< empty: standard input is read
};

/// Reads the command line. --help and --version are answered on standard output: none, and nothing more to
/// do. Errors: jobs::InputError for an unknown option, jobs::StorageError where standard output takes no
/// help.
[[nodiscard]] std::optional<FactorsOptions> parse_factors_options(int argc, const char* const* argv);

}  // namespace factorize::app
