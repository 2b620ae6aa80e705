// What a fuzzer's input says, read in small pieces; zeros when it is over.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace factorize::fuzz {

class Script {
public:
    Script(const std::uint8_t* data, std::size_t bytes) : left_(data, bytes) {}

    [[nodiscard]] bool over() const { return left_.empty(); }

    template <class Value>
    Value take() {
        Value value{};
        const auto bytes = take(sizeof(Value));
        if (!bytes.empty()) std::memcpy(&value, bytes.data(), bytes.size());
        return value;
    }

    /// At most `count` bytes.
    std::span<const std::uint8_t> take(std::size_t count) {
        const auto taken = left_.first(std::min(count, left_.size()));
        left_ = left_.subspan(taken.size());
        return taken;
    }

private:
    std::span<const std::uint8_t> left_;
};

/// Ends the process, for the fuzzer to report, unless `holds`.
inline void demand(bool holds) {
    if (!holds) __builtin_trap();
}

}  // namespace factorize::fuzz
