// `factorize`: the cluster job, and what there is to ask of its file.

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <malloc.h>
#include <unistd.h>

#include "app/bench_command.hpp"
#include "app/event_log.hpp"
#include "app/info_command.hpp"
#include "app/orchestrator_loop.hpp"
#include "app/plan_command.hpp"
#include "app/progress.hpp"
#include "app/run_job.hpp"
#include "app/run_options.hpp"
#include "app/signals.hpp"
#include "app/verify_command.hpp"
#include "app/version_text.hpp"
#include "app/worker_loop.hpp"
#include "jobs/error.hpp"
#include "results/schema.hpp"
#include "transport/environment.hpp"
#include "transport/guard.hpp"
#include "transport/mailbox.hpp"

namespace {

using namespace factorize;
using jobs::ExitStatus;

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

/// Rank 0 does, for all.
bool speaks() { return transport::launched_rank() == 0; }

void report(const std::string& text) {
    if (!speaks()) return;
    std::fflush(stdout);
    fmt::print(stderr, "factorize: {}\n", text);
}

/// Runs `work`; what it throws becomes a line for the user and an exit status.
template <class Work>
ExitStatus guarded(const Work& work) {
    try {
        return work();
    } catch (const jobs::Error& error) {
        report(error.what());
        return error.status();
    } catch (const std::filesystem::filesystem_error& error) {
        report(fmt::format("{}: {}", error.path1().string(), error.code().message()));
        return ExitStatus::storage;
    } catch (const std::exception& error) {
        report(error.what());
        return ExitStatus::wrong;
    }
}

ExitStatus orchestrate(const app::RunOptions& options, const transport::Environment& environment) {
    app::Progress progress;
    app::EventLog log("");
    // Never destroyed: MPI may still write to buffers of messages that were abandoned.
    auto& loop =
        *new app::OrchestratorLoop(environment, app::limits_of(options), options.threads, log, progress);
    const ExitStatus status = guarded([&] { return app::run_job(options, environment, loop, log); });
    progress.clear();
    if (status == ExitStatus::stopped) {
        (void)guarded([&] {
            loop.leave();
            return status;
        });
        // At once: after a SIGTERM to mpirun, MPI_Finalize never returns.
        ::_exit(static_cast<int>(status));
    }
    const ExitStatus dismissed = guarded([&] {
        loop.dismiss();
        return ExitStatus::complete;
    });
    return status == ExitStatus::complete ? dismissed : status;
}

/// Every rank reads the same command line; rank 0 speaks for all. MPI is finalised outside of every try
/// block: while an exception unwinds, that would hang.
ExitStatus run(const app::RunOptions& options, int argc, char** argv) {
    app::check_options(options);
    app::heed_signals(transport::launched_rank());
    if (transport::launched_rank() == 0) app::stop_before_job_ends();
    if (const auto warning = transport::missing_guards()) report(*warning);
    const transport::GuardLine guard = transport::stand_guard(options.pulse_timeout_s);
    transport::Environment environment(argc, argv);
    guard.rank_is_up();
    if (environment.rank() == 0) return orchestrate(options, environment);
    const ExitStatus status = guarded([&] {
        app::run_worker(transport::worker_mailbox(environment), app::limits_of(options), options.threads,
                        guard);
        return ExitStatus::complete;
    });
    if (status != ExitStatus::complete) ::_exit(static_cast<int>(status));  // rank 0 sees a lost worker
    return status;
}

ExitStatus verify(const std::string& file, int argc, char** argv) {
    const transport::Environment environment(argc, argv);
    return guarded([&] { return app::verify_file(file, environment); });
}

ExitStatus plan(const app::PlanOptions& options, int argc, char** argv) {
    app::check_options(options);
    if (!options.measure) return speaks() ? app::print_plan(options, {}) : ExitStatus::complete;
    const transport::Environment environment(argc, argv);
    return guarded([&] {
        const auto rates = app::measure_for(options, environment);
        return rates ? app::print_plan(options, rates) : ExitStatus::complete;
    });
}

ExitStatus bench(const app::BenchOptions& options, int argc, char** argv) {
    const transport::Environment environment(argc, argv);
    return guarded([&] { return app::bench(options, environment); });
}

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
    if (first == "-h" || first == "--help" || first == "--version" || first.starts_with("--config")) return;
    if (first.starts_with('-'))
        throw CLI::ExtrasError(fmt::format("there is no option {} before the command", first),
                               CLI::ExitCodes::ExtrasError);
    if (is_command(program, argc, argv)) return;
    const std::string names = fmt::format("{}", fmt::join(commands_of(program), ", "));
    throw CLI::ExtrasError(argc > 1 ? fmt::format("there is no command '{}': give one of {}", first, names)
                                    : fmt::format("give a command: {}", names),
                           CLI::ExitCodes::ExtrasError);
}

std::string joined(int argc, char** argv) {
    std::string line;
    for (int i = 0; i < argc; ++i) line += fmt::format("{}{}", i == 0 ? "" : " ", argv[i]);
    return line;
}

ExitStatus obey(int argc, char** argv) {
    app::RunOptions options;
    options.command_line = joined(argc, argv);
    std::string file;
    bool json = false;
    std::vector<std::string> numbers;

    CLI::App program(description, "factorize");
    program.footer(footer);
    program.set_version_flag("--version", [] {
        return fmt::format("{}  MPI       {}\n  HDF5      {}", app::version_text("factorize"),
                           transport::Environment::library_version(), results::hdf5_version());
    });
    program
        .set_config("--config", "",
                    "A TOML file with options of `run` in its section [run]; the command line wins")
        ->type_name("FILE");
    program.allow_config_extras(false);
    program.require_subcommand(1);
    CLI::App* run_command = program.add_subcommand("run", "Factor a range or a list into a file");
    app::add_run_options(*run_command, options);
    run_command->fallthrough();  // `run --config FILE`, too
    app::PlanOptions plan_options;
    CLI::App* plan_command = program.add_subcommand("plan", "Tell what a job takes, before it is run");
    app::add_plan_options(*plan_command, plan_options);
    app::BenchOptions bench_options;
    CLI::App* bench_command =
        program.add_subcommand("bench", "Tell how fast each stage of a run is here, and which one limits it");
    app::add_bench_options(*bench_command, bench_options);
    CLI::App* info_command = program.add_subcommand("info", "Print progress and provenance of a file");
    info_command->add_option("FILE", file, "A file that `factorize run` makes")->required()->type_name("");
    info_command->add_flag("--json", json, "Print one JSON object");
    CLI::App* show_command =
        program.add_subcommand("show", "Print the factors of all, or of given, numbers of a file");
    show_command->add_option("FILE", file, "A file that `factorize run` makes")->required()->type_name("");
    show_command->add_option("NUMBER", numbers, "Only these")->type_name("");
    CLI::App* verify_command = program.add_subcommand(
        "verify", "Check every block and every row of a file, on all ranks of an MPI job");
    verify_command->add_option("FILE", file, "A file that `factorize run` makes")->required()->type_name("");
    try {
        refuse_unknown_command(program, argc, argv);
        program.parse(argc, argv);
    } catch (const CLI::ConfigError& error) {
        const std::string text = error.what();  // "INI was not able to parse run.rnge"
        throw jobs::InputError(fmt::format("--config: there is no option {}; see factorize run --help",
                                           text.substr(text.rfind(' ') + 1)));
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() != 0)
            throw jobs::InputError(fmt::format(
                "{}; see {} --help", text_of(error, program),
                is_command(program, argc, argv) ? fmt::format("factorize {}", argv[1]) : "factorize"));
        if (speaks()) program.exit(error);  // prints the help or the version
        return ExitStatus::complete;
    }
    if (run_command->parsed()) return run(options, argc, argv);
    if (verify_command->parsed() || show_command->parsed()) app::expect_output(file);
    if (verify_command->parsed()) return verify(file, argc, argv);
    if (plan_command->parsed()) return plan(plan_options, argc, argv);
    if (bench_command->parsed()) return bench(bench_options, argc, argv);
    if (!speaks()) return ExitStatus::complete;
    return info_command->parsed() ? app::print_info(file, json) : app::show_factors(file, numbers);
}

}  // namespace

int main(int argc, char** argv) {
    // A limit on the size of files (ulimit -f) is an error of the write that meets it, not a death.
    std::signal(SIGXFSZ, SIG_IGN);
    // Payloads that are not used again go back to the system, and leave no holes: rank 0 holds a fifth less.
    ::mallopt(M_MMAP_THRESHOLD, 4 << 20);
    const ExitStatus status = guarded([&] { return obey(argc, argv); });
    std::fflush(stdout);
    // A rank that does not speak leaves quietly: rank 0's status ends the job. Not by exit(), because after a
    // storage error HDF5's own handler would try to write again.
    ::_exit(speaks() ? static_cast<int>(status) : 0);
}
