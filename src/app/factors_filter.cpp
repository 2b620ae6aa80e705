#include "app/factors_filter.hpp"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "jobs/error.hpp"
#include "jobs/token_reader.hpp"
#include "numbers/big/divisors.hpp"
#include "numbers/big/factor.hpp"
#include "numbers/big/integer.hpp"
#include "numbers/divisors.hpp"
#include "numbers/factor.hpp"

namespace factorize::app {
namespace {

constexpr std::size_t most_waiting = 16 * 1024;  // one segment of the interval sieve
constexpr std::size_t list_step = 1024;          // the first of many hard numbers need not wait for the last
constexpr std::size_t least_run = 64;  // measured at 1e7, 1e12, 2^64: from here on the sieve is never slower

/// How many numbers from the front on are consecutive.
std::size_t run_length(std::span<const std::uint64_t> list) {
    std::size_t length = 1;
    while (length < list.size() && list[length] == list[length - 1] + 1) ++length;
    return length;
}

/// How many numbers from the front on belong to no long run, at most list_step or a little more.
std::size_t list_length(std::span<const std::uint64_t> list) {
    std::size_t length = 0;
    while (length < list.size() && length < list_step) {
        const std::size_t run = run_length(list.subspan(length));
        if (run >= least_run) break;
        length += run;
    }
    return length;
}

}  // namespace

FactorsFilter::FactorsFilter(const FactorsOptions& options, jobs::LineWriter& out, Complaints& complaints)
    : prime_factors_(options.prime_factors), strict_(options.strict), out_(out), complaints_(complaints) {
    waiting_.reserve(most_waiting);
}

void FactorsFilter::take(std::string_view token, const Place& place) {
    if (const std::optional<std::uint64_t> n = jobs::parse_number(token)) {
        waiting_.push_back(*n);
        if (waiting_.size() == most_waiting) answer();
    } else if (const std::optional<std::string_view> digits = jobs::parse_digits(token)) {
        answer();
        out_.flush();  // before what may take long
        answer_big(*digits, place);
    } else {
        skip(token, place);
    }
}

void FactorsFilter::take(std::span<const std::uint64_t> numbers) {
    while (!numbers.empty()) {
        const auto part = numbers.first(std::min(numbers.size(), most_waiting - waiting_.size()));
        waiting_.insert(waiting_.end(), part.begin(), part.end());
        if (waiting_.size() == most_waiting) answer();
        numbers = numbers.subspan(part.size());
    }
}

void FactorsFilter::skip(std::string_view token, const Place& place) {
    if (strict_) throw jobs::InputError(not_an_integer(place, token) + " (--strict)");
    if (complaints_.shows_next()) {  // on a terminal the complaint stands where the answer would
        answer();
        out_.flush();
    }
    complaints_.skip(place, token);
}

void FactorsFilter::answer() {
    std::span<const std::uint64_t> rest(waiting_);
    while (!rest.empty()) {
        std::size_t length = list_length(rest);
        if (length > 0) {
            answer_list(rest.first(length));
        } else {
            length = run_length(rest);
            answer_run({rest.front(), length});
        }
        rest = rest.subspan(length);
    }
    answered_ += waiting_.size();
    waiting_.clear();
}

void FactorsFilter::answer_run(numbers::Interval run) {
    if (!sieve_) sieve_.emplace();
    if (prime_factors_) {
        found_.resize(run.count);
        sieve_->factor(run, found_);
        for (std::size_t i = 0; i < run.count; ++i) out_.primes_line(run.first + i, found_[i]);
        return;
    }
    counts_.clear();
    divisors_.clear();
    sieve_->append_divisors(run, counts_, divisors_);
    std::span<const std::uint64_t> rest(divisors_);
    for (std::size_t i = 0; i < run.count; ++i) {
        out_.factors_line(run.first + i, rest.first(counts_[i]));
        rest = rest.subspan(counts_[i]);
    }
}

void FactorsFilter::answer_list(std::span<const std::uint64_t> list) {
    found_.resize(list.size());
    numbers::factor(list, found_);
    for (std::size_t i = 0; i < list.size(); ++i) {
        if (prime_factors_) {
            out_.primes_line(list[i], found_[i]);
        } else {
            divisors_.clear();
            numbers::append_divisors(found_[i], divisors_);
            out_.factors_line(list[i], divisors_);
        }
    }
}

void FactorsFilter::answer_big(std::string_view digits, const Place& place) try {
    namespace big = numbers::big;
    const big::Integer n = big::Integer::from_digits(digits);
    const big::Factorization factorization = big::factor(n);
    std::string text;
    if (prime_factors_) {
        out_.text(digits);
        out_.text(":");
        for (const big::PrimePower& power : factorization) {
            power.prime.to_digits(text);
            for (std::uint64_t i = 0; i < power.exponent; ++i) {
                out_.text(" ");
                out_.text(text);
            }
        }
        out_.text("\n");
        ++answered_;
        return;
    }
    const std::uint64_t count = big::divisor_count(factorization);
    if (count > max_divisors_listed) {
        complaints_.fail(
            place, digits,
            fmt::format("it has over {} divisors; -p prints its prime factors", max_divisors_listed));
        return;
    }
    out_.text(digits);
    out_.text(":[");
    const char* separator = "";
    big::for_each_divisor(n, factorization, [&](const big::Integer& divisor) {
        divisor.to_digits(text);
        out_.text(separator);
        out_.text(text);
        separator = ", ";
    });
    out_.text("]\n");
    ++answered_;
} catch (const numbers::big::FactorError& error) {
    complaints_.fail(place, digits, error.what());
}

}  // namespace factorize::app
