// Tokens in, answer lines out, in the same order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "app/factors_complaints.hpp"
#include "app/factors_options.hpp"
#include "jobs/line_writer.hpp"
#include "numbers/factorization.hpp"
#include "numbers/interval.hpp"
#include "numbers/interval_sieve.hpp"

namespace factorize::app {

/// Collects numbers so that neighbours can be factored together: a run of consecutive ones by the interval
/// sieve, others by the batch kernel, those beyond 64 bits one by one. Memory is bounded but for the
/// divisor list of one big number (at most max_divisors_listed).
class FactorsFilter {
public:
    /// Beyond 64 bits, a longer list is refused: it would take gigabytes, of memory and of output.
    static constexpr std::uint64_t max_divisors_listed = 10'000'000;

    /// @param out, complaints  outlive the filter
    FactorsFilter(const FactorsOptions& options, jobs::LineWriter& out, Complaints& complaints);

    /// Takes the next token. What is no integer >= 1 is skipped with a complaint, or, with --strict, ends in
    /// jobs::InputError. Answers may be held back until answer().
    void take(std::string_view token, const Place& place);

    /// The same for tokens that were numbers, each >= 1.
    void take(std::span<const std::uint64_t> numbers);

    /// Hands the lines of all numbers taken to the writer, which may hold them back until its flush().
    void answer();

    /// Numbers answered so far.
    [[nodiscard]] std::uint64_t answered() const { return answered_; }

private:
    void skip(std::string_view token, const Place& place);
    void answer_run(numbers::Interval run);
    void answer_list(std::span<const std::uint64_t> list);
    void answer_big(std::string_view digits, const Place& place);

    bool prime_factors_;
    bool strict_;
    jobs::LineWriter& out_;
    Complaints& complaints_;
    std::uint64_t answered_ = 0;
    std::vector<std::uint64_t> waiting_;
    std::optional<numbers::IntervalSieve> sieve_;
    std::vector<numbers::Factorization> found_;
    std::vector<std::uint32_t> counts_;
    std::vector<std::uint64_t> divisors_;
};

}  // namespace factorize::app
