#include "results/slurm_job.hpp"

#include <cstdlib>

#include <gtest/gtest.h>

namespace factorize::results {
namespace {

TEST(SlurmJob, IsWhatTheEnvironmentTells) {
    for (const char* name : {"SLURM_JOB_ID", "SLURM_CLUSTER_NAME", "SLURM_RESTART_COUNT"}) ::unsetenv(name);
    EXPECT_FALSE(slurm_job());
    ::setenv("SLURM_JOB_ID", "4711", 1);
    EXPECT_EQ(slurm_job()->text(), "Slurm job 4711, restart 0");
    ::setenv("SLURM_CLUSTER_NAME", "sandbox", 1);
    ::setenv("SLURM_RESTART_COUNT", "2", 1);
    EXPECT_EQ(slurm_job()->text(), "Slurm job 4711 of sandbox, restart 2");
    for (const char* name : {"SLURM_JOB_ID", "SLURM_CLUSTER_NAME", "SLURM_RESTART_COUNT"}) ::unsetenv(name);
}

TEST(SlurmJob, KnowsAnEarlierStartOfItself) {
    const SlurmJob job{.id = "4711", .cluster = "sandbox", .restarts = 2};
    EXPECT_TRUE(job.is_restart_of("pid 5 on host node1, Slurm job 4711 of sandbox, restart 0"));
    EXPECT_TRUE(job.is_restart_of("pid 5 on host node1, Slurm job 4711 of sandbox, restart 1"));
    for (const char* other : {
             "pid 5 on host node1, Slurm job 4711 of sandbox, restart 2",   // itself
             "pid 5 on host node1, Slurm job 4711 of sandbox, restart 3",   // a later one
             "pid 5 on host node1, Slurm job 47 of sandbox, restart 0",     // another job
             "pid 5 on host node1, Slurm job 4711 of mountain, restart 0",  // of another cluster
             "pid 5 on host node1, Slurm job 4711, restart 0",
             "pid 5 on host node1, Slurm job 4711 of sandbox, restart ",
             "pid 5 on host node1",
             "a process that did not leave its name",
         })
        EXPECT_FALSE(job.is_restart_of(other)) << other;
}

}  // namespace
}  // namespace factorize::results
