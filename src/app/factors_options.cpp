#include "app/factors_options.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include "app/version.hpp"
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

}  // namespace

std::optional<FactorsOptions> parse_factors_options(int argc, const char* const* argv) {
    FactorsOptions options;
    bool wants_version = false;
    CLI::App app(description, "factors");
    app.footer(footer);
    app.add_flag("-p,--prime-factors", options.prime_factors,
                 "Print prime factors as GNU factor does: 12: 2 2 3");
    app.add_flag("--strict", options.strict, "Stop at the first that is no integer >= 1, with exit status 2");
    app.add_flag("--version", wants_version, "Print the version and exit");
    app.add_option("NUMBER", options.numbers, "What to factor; after -- even what looks like an option")
        ->type_name("");
    try {
        app.parse(argc, argv);
    } catch (const CLI::CallForHelp&) {
        print(app.help());
        return std::nullopt;
    } catch (const CLI::ParseError& error) {
        throw jobs::InputError(fmt::format("{} (see factors --help)", error.what()));
    }
    if (wants_version) {
        print(fmt::format("factors {} (git {})\n", version, git_commit));
        return std::nullopt;
    }
    return options;
}

}  // namespace factorize::app
