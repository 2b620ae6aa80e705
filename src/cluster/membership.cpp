#include "cluster/membership.hpp"

#include <algorithm>

namespace factorize::cluster {

namespace {

std::vector<int> ranks_where(const std::map<int, Member>& members, auto&& holds) {
    std::vector<int> ranks;
    for (const auto& [rank, member] : members) {
        if (holds(member)) ranks.push_back(rank);
    }
    return ranks;
}

}  // namespace

Membership::Membership(const Limits& limits, std::span<const int> expected, double now)
    : limits_(limits), since_(now) {
    for (const int rank : expected) members_.try_emplace(rank);
}

bool Membership::enter(int rank, const RegisterWorker& message, double now) {
    Member& member = members_[rank];
    if (member.standing != Standing::awaited && member.standing != Standing::absent) return false;
    member.standing = Standing::active;
    member.host = message.host;
    member.pid = message.pid;
    member.capacity = std::max(message.capacity, 1U);
    member.last_heard = now;
    return true;
}

Member* Membership::heard(int rank, double now) {
    const auto found = members_.find(rank);
    if (found == members_.end() || found->second.standing != Standing::active) return nullptr;
    found->second.last_heard = now;
    return &found->second;
}

void Membership::leave(Member& member, const UnregisterWorker& message) {
    member.standing = Standing::gone;
    member.busy_seconds = message.busy_seconds;
    member.peak_memory_bytes = message.peak_memory_bytes;
}

void Membership::forgive(double gap, double now) {
    since_ = std::min(since_ + gap, now);
    for (auto& [rank, member] : members_) {
        // Not beyond `now`: who was heard since we woke has no silence to be forgiven.
        member.last_heard = std::min(member.last_heard + gap, now);
        if (member.told_to_stop_at) member.told_to_stop_at = std::min(*member.told_to_stop_at + gap, now);
    }
}

std::vector<int> Membership::silent(double now) const {
    return ranks_where(members_, [&](const Member& member) {
        return member.standing == Standing::active && now - member.last_heard > limits_.pulse_timeout_s;
    });
}

std::vector<int> Membership::undrained(double now) const {
    return ranks_where(members_, [&](const Member& member) {
        return member.standing == Standing::active && member.told_to_stop_at &&
               now - *member.told_to_stop_at > limits_.drain_timeout_s;
    });
}

std::vector<int> Membership::ranks(Standing standing) const {
    return ranks_where(members_, [&](const Member& member) { return member.standing == standing; });
}

bool Membership::any(Standing standing) const {
    return std::ranges::any_of(members_,
                               [&](const auto& entry) { return entry.second.standing == standing; });
}

bool Membership::registration_over(double now) const { return now - since_ > limits_.registration_timeout_s; }

bool Membership::mustering(double now) const { return now - since_ < limits_.muster_s; }

bool Membership::trusted(const Member& member) const {
    return member.standing == Standing::active && member.strikes < limits_.max_strikes;
}

bool Membership::usable(const Member& member) const {
    if (member.standing != Standing::active) return false;
    return trusted(member) ||
           std::ranges::none_of(members_, [&](const auto& entry) { return trusted(entry.second); });
}

std::uint64_t Membership::capacity() const {
    std::uint64_t of_trusted = 0;
    std::uint64_t of_active = 0;
    for (const auto& [rank, member] : members_) {
        if (member.standing == Standing::active) of_active += member.capacity;
        if (trusted(member)) of_trusted += member.capacity;
    }
    return of_trusted > 0 ? of_trusted : of_active;
}

std::uint64_t Membership::awaited_capacity() const {
    std::uint64_t each =
        1;  // ranks of a job are alike more often than not: the largest one seen is the guess
    std::uint64_t count = 0;
    for (const auto& [rank, member] : members_) {
        each = std::max<std::uint64_t>(each, member.capacity);
        if (member.standing == Standing::awaited) ++count;
    }
    return each * count;
}

}  // namespace factorize::cluster
