#include "results/slurm_job.hpp"

#include <charconv>
#include <cstdlib>
#include <system_error>

#include <fmt/format.h>

namespace factorize::results {
namespace {

std::string variable(const char* name) {
    const char* const text = std::getenv(name);
    return text == nullptr ? "" : text;
}

std::optional<std::uint64_t> number(std::string_view text) {
    std::uint64_t value = 0;
    const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || rest != text.data() + text.size()) return std::nullopt;
    return value;
}

std::string name_of(const SlurmJob& job) {
    return fmt::format("Slurm job {}{}{}, restart ", job.id, job.cluster.empty() ? "" : " of ", job.cluster);
}

}  // namespace

std::string SlurmJob::text() const { return name_of(*this) + std::to_string(restarts); }

bool SlurmJob::is_restart_of(std::string_view owner) const {
    const std::string name = name_of(*this);
    const std::size_t at = owner.rfind(name);
    if (at == std::string_view::npos) return false;
    const std::optional<std::uint64_t> earlier = number(owner.substr(at + name.size()));
    return earlier && *earlier < restarts;
}

std::optional<SlurmJob> slurm_job() {
    const std::string id = variable("SLURM_JOB_ID");
    if (id.empty()) return std::nullopt;
    return SlurmJob{
        .id = id,
        .cluster = variable("SLURM_CLUSTER_NAME"),
        .restarts = number(variable("SLURM_RESTART_COUNT")).value_or(0)};  // unset: the first start
}

}  // namespace factorize::results
