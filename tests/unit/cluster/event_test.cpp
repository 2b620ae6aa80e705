#include "cluster/event.hpp"

#include <gtest/gtest.h>

namespace factorize::cluster {
namespace {

TEST(Event, HasTheNameTheLogPromises) {
    EXPECT_EQ(name(Event::Kind::register_worker), "register_worker");
    EXPECT_EQ(name(Event::Kind::factors_of), "factors_of");
    EXPECT_EQ(name(Event::Kind::dispatch_results), "dispatch_results");
    EXPECT_EQ(name(Event::Kind::worker_lost), "worker_lost");
    EXPECT_EQ(name(Event::Kind::reassign), "reassign");
    EXPECT_EQ(name(Event::Kind::task_failed), "task_failed");
    EXPECT_EQ(name(Event::Kind::worker_distrusted), "worker_distrusted");
    EXPECT_EQ(name(Event::Kind::block_abandoned), "block_abandoned");
    EXPECT_EQ(name(Event::Kind::unregister_worker), "unregister_worker");
    EXPECT_EQ(name(Event::Kind::stop), "stop");
}

}  // namespace
}  // namespace factorize::cluster
