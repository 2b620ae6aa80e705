// XXH64 of bytes that come piece by piece: the checksum of result files, and what a list is named after.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include <xxhash.h>

namespace factorize::jobs {

class Xxh64 {
public:
    Xxh64() { XXH64_reset(state_.get(), 0); }

    void add(std::span<const std::byte> bytes) { XXH64_update(state_.get(), bytes.data(), bytes.size()); }
    [[nodiscard]] std::uint64_t digest() const { return XXH64_digest(state_.get()); }

private:
    std::unique_ptr<XXH64_state_t, decltype(&XXH64_freeState)> state_{XXH64_createState(), XXH64_freeState};
};

}  // namespace factorize::jobs
