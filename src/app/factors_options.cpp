#include "app/factors_options.hpp"

#include <cstddef>
#include <span>
#include <string_view>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include "app/version_text.hpp"
#include "jobs/error.hpp"
#include "jobs/line_writer.hpp"

namespace factorize::app {
namespace {

constexpr const char* description =
    "Prints all factors of every NUMBER: all x in 2..n/2 that divide n, ascending.\n"
    "Without a NUMBER, reads white-space separated numbers from standard input and answers as they come.";

constexpr const char* footer =
    R"(A NUMBER is a decimal integer >= 1 of any size. What is not is skipped and reported on standard error
(the first five, then their count). Up to 2^64-1 an answer takes microseconds; beyond, seconds at 60
digits. A number beyond 2^64-1 with over 10,000,000 divisors is not listed, only reported; -p prints it.

Examples:
  factors 11 12                  11:[]
                                 12:[2, 3, 4, 6]
  factors -p 12                  12: 2 2 3
  seq 1000000 1000100 | factors

Exit status:
  0  all numbers were answered (others than integers >= 1 may have been skipped)
  2  bad usage, unreadable input, or --strict met what is no integer >= 1
  3  finished, but some numbers failed
  4  standard output cannot be written)";

void print(std::string_view text) {
    jobs::LineWriter out(STDOUT_FILENO, "standard output");
    out.text(text);
    out.flush();
}

/// -5 does not: it is a number, though not one >= 1.
bool looks_like_option(std::string_view argument) {
    return argument.size() > 1 && argument[0] == '-' && (argument[1] < '0' || argument[1] > '9');
}

}  // namespace

std::optional<FactorsOptions> parse_factors_options(int argc, const char* const* argv) {
    FactorsOptions options;
    bool wants_version = false;
    std::vector<std::string> unexpected;
    CLI::App app(description, "factors");
    app.footer(footer);
    app.add_flag("-p,--prime-factors", options.prime_factors,
                 "Print prime factors as GNU factor does: 12: 2 2 3");
    app.add_flag("--strict", options.strict, "Stop at the first that is no integer >= 1, with exit status 2");
    app.add_flag(
        "--hadoop-counters", options.hadoop_counters,
        "At the end, tell Hadoop streaming on standard error how many were answered, skipped, failed");
    app.add_flag("--version", wants_version, "Print the version and exit");
    app.add_option("NUMBER", unexpected, "What to factor")->type_name("");

    // No option has a value, so the numbers can be told from the options here. CLI11 would split "[1,2]".
    std::vector<std::string> flags;
    bool only_numbers = false;
    for (const char* const argument : std::span(argv, static_cast<std::size_t>(argc)).subspan(1)) {
        if (!only_numbers && std::string_view(argument) == "--")
            only_numbers = true;
        else if (!only_numbers && looks_like_option(argument))
            flags.emplace_back(argument);
        else
            options.numbers.emplace_back(argument);
    }
    try {
        app.parse(flags);
        if (!unexpected.empty()) throw CLI::ExtrasError(unexpected);
    } catch (const CLI::CallForHelp&) {
        print(app.help());
        return std::nullopt;
    } catch (const CLI::ParseError& error) {
        throw jobs::InputError(fmt::format("{} (see factors --help)", error.what()));
    }
    if (wants_version) {
        print(version_text("factors"));
        return std::nullopt;
    }
    return options;
}

}  // namespace factorize::app
