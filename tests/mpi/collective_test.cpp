// Ranks without an orchestrator: they meet, tell rank 0, and hear from it.
#include "transport/collective.hpp"

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "transport/environment.hpp"

namespace factorize::transport {
namespace {

const Environment* environment = nullptr;

struct Report {
    std::uint64_t number = 0;
    std::vector<std::string> lines;

    template <class Archive>
    void serialize(Archive& archive, unsigned) {
        archive& number& lines;
    }
};

TEST(Collective, RankZeroGathersWhatEachRankSays) {
    const int rank = environment->rank();
    const std::vector<std::string> lines(static_cast<std::size_t>(rank), "rank " + std::to_string(rank));
    const std::vector<Report> all =
        gather(*environment, Report{std::numeric_limits<std::uint64_t>::max() - rank, lines});
    if (rank > 0) {
        EXPECT_TRUE(all.empty());
        return;
    }
    ASSERT_EQ(all.size(), static_cast<std::size_t>(environment->size()));
    for (std::size_t i = 0; i < all.size(); ++i) {
        EXPECT_EQ(all[i].number, std::numeric_limits<std::uint64_t>::max() - i);
        EXPECT_EQ(all[i].lines, std::vector<std::string>(i, "rank " + std::to_string(i)));
    }
}

TEST(Collective, AllHearRankZero) {
    const std::vector<std::uint64_t> said =
        environment->rank() == 0 ? std::vector<std::uint64_t>{3, 1, 2} : std::vector<std::uint64_t>{};
    EXPECT_EQ(broadcast(*environment, said), (std::vector<std::uint64_t>{3, 1, 2}));
    EXPECT_EQ(broadcast(*environment, std::vector<std::uint64_t>{}), std::vector<std::uint64_t>{});
}

TEST(Collective, ManyTimesInARow) {
    for (int round = 0; round < 50; ++round) {
        meet(*environment);
        const auto all = gather(*environment, round * environment->rank());
        if (environment->rank() != 0) continue;
        for (int rank = 0; rank < environment->size(); ++rank)
            EXPECT_EQ(all[static_cast<std::size_t>(rank)], round * rank);
    }
}

}  // namespace
}  // namespace factorize::transport

int main(int argc, char** argv) {
    factorize::transport::Environment environment(argc, argv);
    factorize::transport::environment = &environment;
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
