// What the user asks `factorize` for.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/bench_command.hpp"
#include "app/plan_command.hpp"
#include "app/run_options.hpp"

namespace factorize::app {

enum class Command : std::uint8_t {
    none,  ///< help or version, which are printed by then
    run,
    plan,
    bench,
    info,
    show,
    verify,
};

struct CommandLine {
    Command command = Command::none;
    RunOptions run;
    PlanOptions plan;
    BenchOptions bench;
    std::string file;                  ///< of info, show and verify
    bool json = false;                 ///< of info
    std::vector<std::string> numbers;  ///< of show
};

/// Every rank reads the same. @param prints  whether this one answers --help and --version
/// Errors: InputError, of what is misspelt, missing or contradicts itself, here or in the job file.
[[nodiscard]] CommandLine read_command_line(int argc, char** argv, bool prints);

}  // namespace factorize::app
