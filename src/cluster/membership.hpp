// Who is in the cluster: from the hello of each rank to its goodbye, or to the silence that replaces it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cluster/limits.hpp"
#include "cluster/messages.hpp"

namespace factorize::cluster {

enum class Standing : std::uint8_t {
    awaited,  ///< expected, not heard of yet
    active,   ///< registered
    gone,     ///< unregistered
    lost,     ///< fell silent; nothing it says counts any more
    absent,   ///< never registered in time; may still do so
};

struct Member {
    Standing standing = Standing::awaited;
    std::string host;
    std::int64_t pid = 0;
    std::uint32_t capacity = 1;
    double last_heard = 0;
    std::optional<double> told_to_stop_at;

    std::uint32_t tasks_in_hand = 0;
    std::uint64_t blocks_in_hand = 0;
    std::uint32_t strikes = 0;  ///< tasks it failed and others solved, since its last success

    std::uint64_t tasks_done = 0;   ///< accepted ones
    std::uint64_t blocks_done = 0;  ///< accepted ones
    /// What the worker said when it unregistered; until then, and for a lost worker, the sum over its tasks.
    double busy_seconds = 0;
    std::uint64_t peak_memory_bytes = 0;  ///< 0 until it unregisters
};

class Membership {
public:
    Membership(const Limits& limits, std::span<const int> expected, double now);

    /// @return false when the rank is registered already, gone or lost: the message is to be ignored.
    bool enter(int rank, const RegisterWorker& message, double now);

    /// Notes a sign of life. @return the member when it is active, else null: the message is to be ignored.
    Member* heard(int rank, double now);

    void leave(Member& member, const UnregisterWorker& message);

    /// Rank 0 was away for `gap` seconds and heard nobody: their silence is its own fault.
    void forgive(double gap, double now);

    /// Active ranks silent for longer than the pulse timeout.
    [[nodiscard]] std::vector<int> silent(double now) const;
    /// Active ranks told to stop longer ago than the drain timeout.
    [[nodiscard]] std::vector<int> undrained(double now) const;
    [[nodiscard]] std::vector<int> ranks(Standing standing) const;
    [[nodiscard]] bool any(Standing standing) const;

    [[nodiscard]] bool registration_over(double now) const;
    [[nodiscard]] bool mustering(double now) const;

    /// Compute threads of the active members that are trusted, and those the awaited ones may bring.
    [[nodiscard]] std::uint64_t capacity() const;
    [[nodiscard]] std::uint64_t awaited_capacity() const;

    /// Active, and trusted unless nobody is.
    [[nodiscard]] bool usable(const Member& member) const;

    /// @pre the rank is known.
    [[nodiscard]] Member& at(int rank) { return members_.at(rank); }
    [[nodiscard]] std::map<int, Member>& all() { return members_; }
    [[nodiscard]] const std::map<int, Member>& all() const { return members_; }

private:
    [[nodiscard]] bool trusted(const Member& member) const;

    Limits limits_;
    std::map<int, Member> members_;
    double since_;
};

}  // namespace factorize::cluster
