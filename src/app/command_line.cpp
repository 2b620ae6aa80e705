#include "app/command_line.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/job_file.hpp"
#include "app/run_job.hpp"
#include "app/version_text.hpp"
#include "jobs/error.hpp"
#include "results/schema.hpp"
#include "transport/environment.hpp"

namespace factorize::app {
namespace {

constexpr const char* description =
    "Lists all factors of every integer of a range or a list, on all ranks of an MPI job, in one HDF5 file.";

constexpr const char* footer = R"(Examples:
  factorize plan --range 10000000:10001000 --measure
  mpirun -np 8 factorize bench
  mpirun -np 8 factorize run --range 10000000:10001000 --output factors.h5
  mpirun -np 8 factorize run --input numbers.txt --output factors.h5
  factorize info factors.h5
  factorize show factors.h5 10000001
  mpirun -np 8 factorize verify factors.h5

Exit status:
   0  complete and certified
   1  `verify` found the file wrong or damaged; else something nobody foresaw
   2  bad usage or input
   3  finished, but some numbers failed (listed in /failures); also of `verify`, when all else is right
   4  storage: full, unreadable, or not a file of ours
   5  the cluster failed: all workers lost; what they delivered is saved, --resume goes on
  75  stopped on request with everything saved: run again with --resume;
      or what `show` or `verify` was asked for is still to be computed)";

constexpr const char* run_footer = R"(Examples:
  mpirun -np 8 factorize run --range 10000000:10001000 --output factors.h5
  mpirun -np 8 factorize run --range 1:1000000000 --store half --output half.h5 --resume
  mpirun -np 8 factorize run --input numbers.txt --output list.h5
  seq 1 2 99 | factorize run --input - --output odd.h5

All exit statuses: factorize --help)";

constexpr const char* plan_footer = R"(Examples:
  factorize plan --range 1:1000000000
  factorize plan --range 1:1000000000 --store half --measure --ranks 64

Exit status: 0; 2 bad usage or input; 4 storage)";

constexpr const char* bench_footer = R"(Examples:
  mpirun -np 8 factorize bench
  mpirun -np 8 factorize bench --range 1000000000000:1000100000000 --output /scratch/x.h5

Exit status: 0; 2 bad usage or input; 4 storage)";

constexpr const char* info_footer = R"(Examples:
  factorize info factors.h5
  factorize info factors.h5 --json | python3 -m json.tool

Exit status: 0, of a file that is not complete, too; 4 unreadable, damaged, or not a file of ours)";

constexpr const char* show_footer = R"(Examples:
  factorize show factors.h5 | head
  factorize show factors.h5 10000001 10000005

Exit status: 0; 2 a number that the file does not hold; 3 one that failed; 4 unreadable, damaged, or not
a file of ours; 75 one that is still to be computed)";

constexpr const char* verify_footer = R"(Examples:
  factorize verify factors.h5
  mpirun -np 8 factorize verify factors.h5

Exit status: 0 right; 1 wrong or damaged; 3 right, but some numbers failed; 4 unreadable, or not a file
of ours; 75 right as far as it goes)";

std::vector<std::string> commands_of(const CLI::App& program) {
    std::vector<std::string> names;
    for (const CLI::App* command : program.get_subcommands(nullptr)) names.push_back(command->get_name());
    return names;
}

bool is_command(const CLI::App& program, int argc, char** argv) {
    const std::vector<std::string> names = commands_of(program);
    return argc > 1 && std::ranges::find(names, argv[1]) != names.end();
}

/// CLI11 names in reverse what it did not expect.
std::string text_of(const CLI::ParseError& error, const CLI::App& program) {
    const std::vector<std::string> unexpected = program.remaining(/*recurse=*/true);
    return unexpected.empty() ? error.what() : fmt::format("not expected: {}", fmt::join(unexpected, " "));
}

/// CLI11 would only say that a subcommand is required.
void refuse_unknown_command(const CLI::App& program, int argc, char** argv) {
    const std::string_view first = argc > 1 ? argv[1] : "";
    if (first == "-h" || first == "--help" || first == "--version") return;
    if (first.starts_with('-'))
        throw CLI::ExtrasError(fmt::format("there is no option {} before the command", first),
                               CLI::ExitCodes::ExtrasError);
    if (is_command(program, argc, argv)) return;
    const std::string names = fmt::format("{}", fmt::join(commands_of(program), ", "));
    throw CLI::ExtrasError(argc > 1 ? fmt::format("there is no command '{}': give one of {}", first, names)
                                    : fmt::format("give a command: {}", names),
                           CLI::ExitCodes::ExtrasError);
}

/// Adds the options of --config to those of `run`, and checks them all.
void complete(const RunOptions& options, CLI::App& run_command) {
    if (options.job_file.empty()) return check_options(options);
    apply_job_file(run_command, options.job_file);
    try {
        check_options(options);
    } catch (const jobs::InputError& error) {
        throw jobs::InputError(
            fmt::format("{} (the options in {} count, too)", error.what(), options.job_file.string()));
    }
}

std::string joined(int argc, char** argv) {
    std::string line;
    for (int i = 0; i < argc; ++i) line += fmt::format("{}{}", i == 0 ? "" : " ", argv[i]);
    return line;
}

/// A subcommand about one file of results.
CLI::App* add_file_command(CLI::App& program, const char* name, const char* does, const char* its_footer,
                           std::string& file) {
    CLI::App* command = program.add_subcommand(name, does);
    command->add_option("FILE", file, "A file that `factorize run` makes")->required()->type_name("");
    command->footer(its_footer);
    return command;
}

}  // namespace

CommandLine read_command_line(int argc, char** argv, bool prints) {
    CommandLine line;
    line.run.command_line = joined(argc, argv);

    CLI::App program(description, "factorize");
    program.footer(footer);
    program.set_version_flag("--version", [] {
        return fmt::format("{}  MPI       {}\n  HDF5      {}", version_text("factorize"),
                           transport::Environment::library_version(), results::hdf5_version());
    });
    program.require_subcommand(1);
    CLI::App* run = program.add_subcommand("run", "Factor a range or a list into a file");
    add_run_options(*run, line.run);
    run->footer(run_footer);
    CLI::App* plan = program.add_subcommand("plan", "Tell what a job takes, before it is run");
    add_plan_options(*plan, line.plan);
    plan->footer(plan_footer);
    CLI::App* bench =
        program.add_subcommand("bench", "Tell how fast each stage of a run is here, and which one limits it");
    add_bench_options(*bench, line.bench);
    bench->footer(bench_footer);
    CLI::App* info =
        add_file_command(program, "info", "Print progress and provenance of a file", info_footer, line.file);
    info->add_flag("--json", line.json, "Print one JSON object");
    CLI::App* show = add_file_command(
        program, "show", "Print the factors of all, or of given, numbers of a file", show_footer, line.file);
    show->add_option("NUMBER", line.numbers, "Only these")->type_name("");
    CLI::App* verify = add_file_command(
        program, "verify", "Check every block and every row of a file, on all ranks of an MPI job",
        verify_footer, line.file);
    try {
        refuse_unknown_command(program, argc, argv);
        program.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() != 0)
            throw jobs::InputError(fmt::format(
                "{}; see {} --help", text_of(error, program),
                is_command(program, argc, argv) ? fmt::format("factorize {}", argv[1]) : "factorize"));
        if (prints) program.exit(error);  // the help or the version
        return line;
    }
    for (const auto& [parser, command] : {std::pair{run, Command::run},
                                          {plan, Command::plan},
                                          {bench, Command::bench},
                                          {info, Command::info},
                                          {show, Command::show},
                                          {verify, Command::verify}})
        if (parser->parsed()) line.command = command;
    if (line.command == Command::run) complete(line.run, *run);
    return line;
}

}  // namespace factorize::app
