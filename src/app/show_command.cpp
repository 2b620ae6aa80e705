#include <cstdint>
#include <cstdio>

#include <fmt/format.h>
#include <unistd.h>

#include "app/info_command.hpp"
#include "jobs/line_writer.hpp"
#include "jobs/token_reader.hpp"
#include "results/result_reader.hpp"

namespace factorize::app {
namespace {

jobs::ExitStatus show_all(const std::filesystem::path& file, results::ResultReader& reader,
                          jobs::LineWriter& out) {
    std::uint64_t shown = 0;
    reader.for_each_row(0, reader.layout().rows, [&](const results::Row& row) {
        out.factors_line(row.number, row.factors);
        ++shown;
        return true;
    });
    out.close();
    if (shown == reader.layout().rows) return jobs::ExitStatus::complete;
    fmt::print(stderr, "factorize: {} holds {} of {} numbers so far; the others are not computed yet\n",
               file.string(), shown, reader.layout().rows);
    return jobs::ExitStatus::stopped;
}

jobs::ExitStatus show_numbers(const std::filesystem::path& file, const std::vector<std::string>& texts,
                              results::ResultReader& reader, jobs::LineWriter& out) {
    std::vector<std::uint64_t> numbers;
    for (const std::string& text : texts) {
        const std::optional<std::uint64_t> number = jobs::parse_number(text);
        if (!number)
            throw jobs::InputError(
                fmt::format("'{}' is not an integer from 1 to 18446744073709551615", text));
        numbers.push_back(*number);
    }
    const std::vector<std::vector<std::uint64_t>> rows = reader.rows_of(numbers);
    jobs::ExitStatus status = jobs::ExitStatus::complete;
    std::uint64_t missing = 0;
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        if (rows[i].empty()) {
            out.flush();
            throw jobs::InputError(fmt::format("{} does not hold {}; `factorize info {}` says what it holds",
                                               file.string(), numbers[i], file.string()));
        }
        if (const std::optional<results::Row> row = reader.row(rows[i].front()))
            out.factors_line(row->number, row->factors);
        else
            ++missing;
    }
    out.close();
    if (missing > 0) {
        fmt::print(stderr, "factorize: {} of the numbers are not computed yet\n", missing);
        status = jobs::ExitStatus::stopped;
    }
    return status;
}

}  // namespace

jobs::ExitStatus show_factors(const std::filesystem::path& file, const std::vector<std::string>& numbers) {
    results::ResultReader reader(file);
    jobs::LineWriter out(STDOUT_FILENO, "standard output");
    return numbers.empty() ? show_all(file, reader, out) : show_numbers(file, numbers, reader, out);
}

}  // namespace factorize::app
