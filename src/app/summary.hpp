// What a finished run tells the user.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "cluster/orchestrator.hpp"
#include "results/schema.hpp"

namespace factorize::app {

/// "10000001 in 11.42 s: 876k numbers/s, 1.14 us each"; of a run that went on, only what it did itself.
/// @param at_start  how many were done by earlier runs
[[nodiscard]] std::string speed_text(const results::Totals& totals, std::uint64_t at_start);

/// "7 numbers"; beyond what /failures lists "up to 1500 numbers (1024 are listed)", because there one may
/// have been counted again in a resumed run.
[[nodiscard]] std::string failed_text(std::uint64_t failed);

/// Prints to standard output. @param file  finished and closed
void print_summary(const std::filesystem::path& file, const results::Totals& totals, std::uint64_t at_start,
                   std::uint64_t failures, const cluster::Orchestrator& state);

}  // namespace factorize::app
