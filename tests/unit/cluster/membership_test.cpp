#include "cluster/membership.hpp"

#include <array>

#include <gtest/gtest.h>

namespace factorize::cluster {
namespace {

constexpr std::array expected{1, 2, 3};
const RegisterWorker hello{"node", 7, 2};

TEST(Membership, CountsSilenceFromTheLastSignOfLife) {
    Membership members(Limits{}, expected, 0);
    EXPECT_TRUE(members.enter(1, hello, 0));
    EXPECT_NE(members.heard(1, 5), nullptr);
    EXPECT_TRUE(members.silent(15).empty());
    EXPECT_EQ(members.silent(15.1), std::vector{1});
}

TEST(Membership, ForgivesSilenceButGrantsNoCredit) {
    Membership members(Limits{}, expected, 0);
    members.enter(1, hello, 0);
    members.enter(2, hello, 0);
    members.heard(2, 29);
    members.forgive(30, 30);
    EXPECT_TRUE(members.silent(40).empty());
    EXPECT_EQ(members.silent(40.1), (std::vector{1, 2}));  // both counted anew from 30
}

TEST(Membership, AMessageOfSomebodyElseIsNoSignOfLife) {
    Membership members(Limits{}, expected, 0);
    EXPECT_EQ(members.heard(1, 1), nullptr);  // not registered
    EXPECT_EQ(members.heard(9, 1), nullptr);  // never heard of
    members.enter(1, hello, 1);
    members.at(1).standing = Standing::lost;
    EXPECT_EQ(members.heard(1, 2), nullptr);
    EXPECT_FALSE(members.enter(1, hello, 2));  // a lost rank stays lost
}

TEST(Membership, RegistersOnceAndLate) {
    Membership members(Limits{}, expected, 0);
    EXPECT_TRUE(members.enter(1, hello, 0));
    EXPECT_FALSE(members.enter(1, hello, 0));
    members.at(2).standing = Standing::absent;
    EXPECT_TRUE(members.enter(2, hello, 99));
    EXPECT_TRUE(members.enter(7, hello, 99));  // nobody expected it
    EXPECT_EQ(members.ranks(Standing::active), (std::vector{1, 2, 7}));
    EXPECT_EQ(members.ranks(Standing::awaited), std::vector{3});
}

TEST(Membership, ExpectsOfTheAwaitedWhatTheOthersBrought) {
    Membership members(Limits{}, expected, 0);
    EXPECT_EQ(members.capacity(), 0);
    EXPECT_EQ(members.awaited_capacity(), 3);
    members.enter(1, hello, 0);
    EXPECT_EQ(members.capacity(), 2);
    EXPECT_EQ(members.awaited_capacity(), 4);
}

TEST(Membership, DistrustsUnlessNobodyElseIsThere) {
    Membership members(Limits{}, expected, 0);
    members.enter(1, hello, 0);
    members.enter(2, hello, 0);
    members.at(1).strikes = 3;
    EXPECT_FALSE(members.usable(members.at(1)));
    EXPECT_TRUE(members.usable(members.at(2)));
    EXPECT_EQ(members.capacity(), 2);
    members.leave(members.at(2), {1000, 5});
    EXPECT_TRUE(members.usable(members.at(1)));
    EXPECT_EQ(members.capacity(), 2);
    EXPECT_EQ(members.at(2).peak_memory_bytes, 1000);
}

TEST(Membership, KnowsItsTimes) {
    Membership members(Limits{}, expected, 100);
    EXPECT_TRUE(members.mustering(100.9));
    EXPECT_FALSE(members.mustering(101));
    EXPECT_FALSE(members.registration_over(110));
    EXPECT_TRUE(members.registration_over(110.1));
    members.enter(1, hello, 100);
    EXPECT_TRUE(members.undrained(1000).empty());
    members.at(1).told_to_stop_at = 1000;
    EXPECT_TRUE(members.undrained(1010).empty());
    EXPECT_EQ(members.undrained(1010.1), std::vector{1});
}

}  // namespace
}  // namespace factorize::cluster
