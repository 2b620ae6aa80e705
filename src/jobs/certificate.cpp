#include "jobs/certificate.hpp"

#include <string>

#include <fmt/format.h>

namespace factorize::jobs {
namespace {

std::string text_of(std::uint64_t number, const numbers::Factorization& found) {
    std::string product;
    for (const numbers::PrimePower& power : found)
        product += fmt::format("{}{}^{}", product.empty() ? "" : " * ", power.prime, power.exponent);
    return fmt::format("wrong result: {} is not {} in primes", number, product);
}

}  // namespace

CertificateError::CertificateError(BlockSpan blocks, const Census& found, const Census& expected)
    : std::runtime_error(fmt::format("wrong result: blocks {} to {} list {} divisors with sum {} mod 2^64 "
                                     "where there are {} with sum {}",
                                     blocks.first, blocks.end() - 1,
                                     static_cast<std::uint64_t>(found.factors), found.sum,
                                     static_cast<std::uint64_t>(expected.factors), expected.sum)) {}

CertificateError::CertificateError(std::uint64_t number, const numbers::Factorization& found)
    : std::runtime_error(text_of(number, found)), number_(number) {}

}  // namespace factorize::jobs
