// What `factorize run` was asked to do.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "app/event_log.hpp"
#include "cluster/limits.hpp"
#include "jobs/store.hpp"

namespace CLI {
class App;
}

namespace factorize::app {

struct RunOptions {
    std::vector<std::string> ranges;
    std::string input;  ///< a file, `-` for standard input; empty when ranges are given
    std::filesystem::path output = "factors.h5";
    jobs::Store store = jobs::Store::full;
    bool overwrite = false;
    bool resume = false;
    bool skip_invalid = false;
    unsigned threads = 1;
    double pulse_timeout_s = cluster::Limits{}.pulse_timeout_s;
    std::uint32_t max_attempts = cluster::Limits{}.max_attempts;
    double commit_interval_s = cluster::Limits{}.commit_interval_s;
    std::filesystem::path log;
    LogLevel log_level = LogLevel::info;
    bool quiet = false;
    std::filesystem::path job_file;  ///< of --config: not yet read; empty: none
    std::string command_line;
};

/// Adds --range, --output and --store. @param options  outlives the parsing
void add_job_options(CLI::App& command, RunOptions& options);

/// Adds the options of `factorize run` to its subcommand. @param options  outlives the parsing
void add_run_options(CLI::App& command, RunOptions& options);

/// What orchestrator and workers go by, all ranks alike.
[[nodiscard]] cluster::Limits limits_of(const RunOptions& options);

}  // namespace factorize::app
