// What is thrown when a result contradicts arithmetic: a bug, or a machine that computes wrongly.
#pragma once

#include <cstdint>
#include <stdexcept>

#include "jobs/census.hpp"
#include "jobs/task.hpp"
#include "numbers/factorization.hpp"

namespace factorize::jobs {

class CertificateError : public std::runtime_error {
public:
    /// The lists of a task do not hold as many divisors, or not the sum, that they must.
    CertificateError(BlockSpan blocks, const Census& found, const Census& expected);

    /// A factorization that does not multiply to its number, or has a factor that is not prime.
    CertificateError(std::uint64_t number, const numbers::Factorization& found);

    /// The number at fault, 0 where only the task is known.
    [[nodiscard]] std::uint64_t number() const { return number_; }

private:
    std::uint64_t number_ = 0;
};

}  // namespace factorize::jobs
