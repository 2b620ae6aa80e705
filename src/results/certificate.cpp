#include "results/certificate.hpp"

#include <fmt/format.h>

namespace factorize::results {

std::string range_certificate(std::uint64_t factors, std::uint64_t sum) {
    return fmt::format(
        "The factors of every task were counted and summed, and agree with the divisor summatory functions T "
        "and S: {} factors in all; the sum of all d with 1 < d < n is {} mod 2^64.",
        factors, sum);
}

std::string list_certificate() {
    return "Every number is the product of its prime factors, each proved prime by a Baillie-PSW test; the "
           "factors of every task were counted and summed, and agree with tau and sigma.";
}

}  // namespace factorize::results
