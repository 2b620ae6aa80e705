// What a finished run tells the user.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "cluster/orchestrator.hpp"
#include "results/schema.hpp"

namespace factorize::app {

/// "1.2 GB", powers of 1000.
[[nodiscard]] std::string bytes_text(double bytes);

/// Prints to standard output. @param file  finished and closed
void print_summary(const std::filesystem::path& file, const results::Totals& totals, std::uint64_t failures,
                   const cluster::Orchestrator& state);

}  // namespace factorize::app
