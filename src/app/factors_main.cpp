// `factors`: numbers in, one line of factors each out.

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <optional>
#include <span>
#include <string_view>

#include <fmt/format.h>
#include <unistd.h>

#include "app/factors_complaints.hpp"
#include "app/factors_filter.hpp"
#include "app/factors_options.hpp"
#include "app/tell.hpp"
#include "jobs/error.hpp"
#include "jobs/line_writer.hpp"
#include "jobs/token_reader.hpp"
#include "numbers/simd_level.hpp"

namespace {

using namespace factorize;

/// An argument is one token; as GNU factor does, the padding that wc and others print is passed over.
std::string_view trimmed(std::string_view argument) {
    const std::size_t first = argument.find_first_not_of(" \t\n\v\f\r");
    if (first == std::string_view::npos) return {};
    return argument.substr(first, argument.find_last_not_of(" \t\n\v\f\r") - first + 1);
}

void take_arguments(const app::FactorsOptions& options, app::FactorsFilter& filter) {
    std::uint64_t position = 0;
    for (const std::string_view argument : options.numbers)
        filter.take(trimmed(argument), {"argument", ++position});
}

void take_input(app::FactorsFilter& filter, jobs::LineWriter& out) {
    jobs::TokenReader reader(STDIN_FILENO, "standard input");
    std::array<std::uint64_t, 1024> numbers;
    while (true) {
        if (!reader.ready()) {  // whoever writes our input may be waiting for our answers
            filter.answer();
            out.flush();
        }
        const std::size_t count = reader.next_numbers(numbers);
        filter.take(std::span(numbers).first(count));
        if (count > 0) continue;
        const std::optional<jobs::Token> token = reader.next();
        if (!token) return;
        filter.take(token->text, {"standard input, line", token->line});
    }
}

// https://hadoop.apache.org/docs/stable/hadoop-streaming/HadoopStreaming.html, "How do I update counters"
void print_hadoop_counters(const app::FactorsFilter& filter, const app::Complaints& complaints) {
    const auto print = [](std::string_view counter, std::uint64_t count) {
        app::tell("reporter:counter:factors,{},{}\n", counter, count);
    };
    print("answered", filter.answered());
    print("skipped", complaints.skipped());
    print("failed", complaints.failed());
}

jobs::ExitStatus run(const app::FactorsOptions& options) {
    jobs::LineWriter out(STDOUT_FILENO, "standard output");
    app::Complaints complaints;
    app::FactorsFilter filter(options, out, complaints);
    try {
        if (options.numbers.empty())
            take_input(filter, out);
        else
            take_arguments(options, filter);
    } catch (const jobs::InputError&) {
        filter.answer();  // of what came before the error
        out.flush();
        throw;
    }
    filter.answer();
    out.close();
    complaints.finish();
    if (options.hadoop_counters) print_hadoop_counters(filter, complaints);
    return complaints.failed() > 0 ? jobs::ExitStatus::partial_failed : jobs::ExitStatus::complete;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        const std::optional<app::FactorsOptions> options = app::parse_factors_options(argc, argv);
        if (!options) return 0;
        if (const auto complaint = numbers::simd_complaint()) throw jobs::InputError(*complaint);
        return static_cast<int>(run(*options));
    } catch (const jobs::Error& error) {
        app::tell("factors: {}\n", error.what());
        return static_cast<int>(error.status());
    } catch (const std::exception& error) {
        app::tell("factors: {}\n", error.what());
        return 1;
    }
}
