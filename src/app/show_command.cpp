#include <algorithm>
#include <cstdint>
#include <cstdio>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include "app/info_command.hpp"
#include "app/tell.hpp"
#include "app/text.hpp"
#include "jobs/line_writer.hpp"
#include "jobs/token_reader.hpp"
#include "results/result_reader.hpp"

namespace factorize::app {
namespace {

/// Numbers without a list, of which a message names the first few.
class Lacking {
public:
    void add(std::uint64_t number) {
        if (count_++ < most_named) named_.push_back(number);
    }
    [[nodiscard]] std::uint64_t count() const { return count_; }
    /// "108, 120", "108, 120, 132, 144, 156 and 7 more"
    [[nodiscard]] std::string text() const {
        const std::string names = fmt::format("{}", fmt::join(named_, ", "));
        return count_ == named_.size() ? names : fmt::format("{} and {} more", names, count_ - named_.size());
    }

private:
    static constexpr std::size_t most_named = 5;

    std::vector<std::uint64_t> named_;
    std::uint64_t count_ = 0;
};

/// Says which numbers failed.
jobs::ExitStatus report_failed(const std::filesystem::path& file, const Lacking& failed) {
    if (failed.count() == 0) return jobs::ExitStatus::complete;
    tell("factorize: {}: {} failed and thus {} no list: {}; /failures says why\n", file.string(),
         counted(failed.count(), "number"), failed.count() == 1 ? "has" : "have", failed.text());
    return jobs::ExitStatus::partial_failed;
}

jobs::ExitStatus show_all(const std::filesystem::path& file, results::ResultReader& reader,
                          jobs::LineWriter& out) {
    std::uint64_t readable = 0;
    Lacking failed;
    reader.for_each_row(0, reader.layout().rows, [&](const results::Row& row) {
        if (row.failed)
            failed.add(row.number);
        else
            out.factors_line(row.number, row.factors);
        ++readable;
        return true;
    });
    out.close();
    const jobs::ExitStatus status = report_failed(file, failed);
    if (readable == reader.layout().rows) return status;
    tell("factorize: {} holds {} of {} numbers so far; the others are not computed yet\n", file.string(),
         readable, reader.layout().rows);
    return jobs::ExitStatus::stopped;
}

std::vector<std::uint64_t> parse_numbers(const std::vector<std::string>& texts) {
    std::vector<std::uint64_t> numbers;
    for (const std::string& text : texts) {
        const std::optional<std::uint64_t> number = jobs::parse_number(text);
        if (!number)
            throw jobs::InputError(
                fmt::format("'{}' is not an integer from 1 to 18446744073709551615", text));
        numbers.push_back(*number);
    }
    return numbers;
}

jobs::ExitStatus show_numbers(const std::filesystem::path& file, const std::vector<std::string>& texts,
                              results::ResultReader& reader, jobs::LineWriter& out) {
    const std::vector<std::uint64_t> numbers = parse_numbers(texts);
    const std::vector<std::vector<std::uint64_t>> rows = reader.rows_of(numbers);
    Lacking failed;
    Lacking awaited;
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        if (rows[i].empty() && reader.knows_all_numbers()) {
            out.flush();
            throw jobs::InputError(fmt::format("{} does not hold {}; `factorize info {}` says what it holds",
                                               file.string(), numbers[i], file.string()));
        }
        // Of a number that a list holds several times, any row will do.
        bool has_failed = false;
        const bool shown = std::ranges::any_of(rows[i], [&](std::uint64_t index) {
            const std::optional<results::Row> row = reader.row(index);
            if (row && row->failed) has_failed = true;
            if (!row || row->failed) return false;
            out.factors_line(row->number, row->factors);
            return true;
        });
        if (!shown) (has_failed ? failed : awaited).add(numbers[i]);
    }
    out.close();
    const jobs::ExitStatus status = report_failed(file, failed);
    if (awaited.count() == 0) return status;
    tell("factorize: {} is not complete; not there yet: {}\n", file.string(), awaited.text());
    return jobs::ExitStatus::stopped;
}

}  // namespace

jobs::ExitStatus show_factors(const std::filesystem::path& file, const std::vector<std::string>& numbers) {
    results::ResultReader reader(file);
    jobs::LineWriter out(STDOUT_FILENO, "standard output");
    return numbers.empty() ? show_all(file, reader, out) : show_numbers(file, numbers, reader, out);
}

}  // namespace factorize::app
