#include "app/job_file.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "jobs/error.hpp"

namespace factorize::app {
namespace {

/// As CLI11 names where a section begins and ends.
bool is_border(const CLI::ConfigItem& item) { return item.name == "++" || item.name == "--"; }

std::set<const CLI::Option*> given_options(const CLI::App& run) {
    std::set<const CLI::Option*> given;
    for (const CLI::Option* option : run.get_options())
        if (option->count() > 0) given.insert(option);
    return given;
}

[[noreturn]] void refuse(const std::filesystem::path& file, const std::string& what) {
    throw jobs::InputError(fmt::format("{}: {}; see factorize run --help", file.string(), what));
}

void apply(CLI::Option& option, const CLI::ConfigItem& item, const CLI::Config& toml) {
    if (option.get_expected_min() == 0)
        option.add_result(option.get_flag_value(item.name, toml.to_flag(item)));
    else
        option.add_result(item.inputs);
    option.run_callback();
}

std::vector<CLI::ConfigItem> read(CLI::Config& toml, const std::filesystem::path& file) {
    try {
        return toml.from_file(file.string());
    } catch (const CLI::ParseError&) {
        refuse(file, "cannot be read");
    }
}

}  // namespace

void apply_job_file(CLI::App& run, const std::filesystem::path& file) {
    CLI::ConfigTOML toml;
    const std::set<const CLI::Option*> given = given_options(run);
    const auto is_outranked = [&](const CLI::Option& option) {
        return given.contains(&option) || std::ranges::any_of(option.get_excludes(), [&](const auto* other) {
                   return given.contains(other);
               });
    };
    for (const CLI::ConfigItem& item : read(toml, file)) {
        const std::string section = fmt::format("{}", fmt::join(item.parents, "."));
        if (section.empty()) refuse(file, fmt::format("'{}' stands before the section [run]", item.name));
        if (section != "run") refuse(file, fmt::format("there is no section [{}], only [run]", section));
        if (is_border(item)) continue;
        CLI::Option* option = run.get_option_no_throw("--" + item.name);
        if (option == nullptr || !option->get_configurable())
            refuse(file, fmt::format("[run] has no option '{}'", item.name));
        if (is_outranked(*option)) continue;
        try {
            apply(*option, item, toml);
        } catch (const CLI::ParseError& error) {
            std::string text = error.what();
            const std::string prefix = fmt::format("--{}: ", item.name);
            if (text.starts_with(prefix)) text.erase(0, prefix.size());
            refuse(file, fmt::format("[run] {}: {}", item.name, text));
        }
    }
}

}  // namespace factorize::app
