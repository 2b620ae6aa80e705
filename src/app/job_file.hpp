// `--config FILE`: options of `run` from a TOML file.
#pragma once

#include <filesystem>

namespace CLI {
class App;
}

namespace factorize::app {

/// Gives `run` the options that stand in the file, each by its name, in the section [run]. The command line
/// wins: an option that it gives, and one that such an option excludes, is passed over in the file.
///
/// @param run  parsed already
/// Errors: InputError naming file and key, for a section, an option or a value that `run` does not know.
void apply_job_file(CLI::App& run, const std::filesystem::path& file);

}  // namespace factorize::app
