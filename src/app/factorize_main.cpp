// `factorize`: the cluster job, and what there is to ask of its file.

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <malloc.h>
#include <unistd.h>

#include "app/command_line.hpp"
#include "app/event_log.hpp"
#include "app/info_command.hpp"
#include "app/orchestrator_loop.hpp"
#include "app/progress.hpp"
#include "app/run_job.hpp"
#include "app/signals.hpp"
#include "app/tell.hpp"
#include "app/verify_command.hpp"
#include "app/worker_loop.hpp"
#include "jobs/error.hpp"
#include "numbers/simd_level.hpp"
#include "transport/environment.hpp"
#include "transport/guard.hpp"
#include "transport/mailbox.hpp"

namespace {

using namespace factorize;
using jobs::ExitStatus;

/// Rank 0 does, for all.
bool speaks() { return transport::launched_rank() == 0; }

void report(const std::string& text) {
    if (!speaks()) return;
    std::fflush(stdout);
    app::tell("factorize: {}\n", text);
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
    app::Progress progress(options.quiet);
    app::EventLog log("");
    // Never destroyed: MPI may still write to buffers of messages that were abandoned.
    auto& loop =
        *new app::OrchestratorLoop(environment, app::limits_of(options), options.threads, log, progress);
    const ExitStatus status = guarded([&] { return app::run_job(options, environment, loop, log); });
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

ExitStatus obey(int argc, char** argv) {
    const app::CommandLine line = app::read_command_line(argc, argv, speaks());
    if (line.command == app::Command::none) return ExitStatus::complete;
    for (const auto& complaint : {numbers::simd_complaint(), transport::guard_complaint()})
        if (complaint) throw jobs::InputError(*complaint);
    switch (line.command) {
        case app::Command::run:
            return run(line.run, argc, argv);
        case app::Command::plan:
            return plan(line.plan, argc, argv);
        case app::Command::bench:
            return bench(line.bench, argc, argv);
        case app::Command::verify:
            app::expect_output(line.file);
            return verify(line.file, argc, argv);
        case app::Command::show:
            app::expect_output(line.file);
            return speaks() ? app::show_factors(line.file, line.numbers) : ExitStatus::complete;
        case app::Command::info:
            return speaks() ? app::print_info(line.file, line.json) : ExitStatus::complete;
        case app::Command::none:
            break;
    }
    return ExitStatus::complete;
}

/// What was printed counts when it is written: a full disk behind standard output is told, too.
ExitStatus with_output_written(ExitStatus status) {
    const ExitStatus written = guarded([] {
        errno = 0;
        if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0)
            throw jobs::StorageError(fmt::format("cannot write standard output{}{}", errno == 0 ? "" : ": ",
                                                 errno == 0 ? "" : std::generic_category().message(errno)));
        return ExitStatus::complete;
    });
    return status == ExitStatus::complete ? written : status;
}

}  // namespace

int main(int argc, char** argv) {
    // Else MPI takes its number for a pipe of its own, and a list would be awaited there for ever.
    if (::fcntl(STDIN_FILENO, F_GETFD) < 0) (void)::open("/dev/null", O_RDONLY);
    // A limit on the size of files (ulimit -f) is an error of the write that meets it, not a death.
    std::signal(SIGXFSZ, SIG_IGN);
    // Payloads that are not used again leave no holes: rank 0 of eight ranks holds up to 188 MB so, not 216.
    ::mallopt(M_MMAP_THRESHOLD, 4 << 20);
    const ExitStatus status = with_output_written(guarded([&] { return obey(argc, argv); }));
    // A rank that does not speak leaves quietly: rank 0's status ends the job. Not by exit(), because after a
    // storage error HDF5's own handler would try to write again.
    ::_exit(speaks() ? static_cast<int>(status) : 0);
}
