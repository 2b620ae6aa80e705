// A part of a job, to find out what a worker needs for it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "jobs/census.hpp"
#include "jobs/layout.hpp"
#include "jobs/ranges.hpp"
#include "jobs/store.hpp"
#include "jobs/task_result.hpp"

namespace factorize::app {

/// A job of its own, cut as the one it is taken from, but into usual blocks and chunks at most: a block of
/// 2^64 numbers would fill any memory.
struct Sample {
    /// @param whole  of the job it is taken from: its blocks and chunks, not their number
    Sample(const jobs::Range& range, jobs::Store store, const jobs::Layout& whole);

    jobs::Ranges ranges;
    jobs::Store store;
    jobs::RangeCensus census;
    jobs::Layout layout;
};

/// CPU seconds of a core for all rows of a sample.
struct WorkSeconds {
    double generate = 0;
    double shuffle = 0;
    double deflate = 0;  ///< all of encoding but the shuffle

    template <class Archive>
    void serialize(Archive& archive, unsigned) {
        archive& generate& shuffle& deflate;
    }
};

struct Worked {
    WorkSeconds taken;
    jobs::TaskResult result;  ///< the sample as one task
};

/// Does what a worker does, again and again, at the same time on several threads: they share caches and
/// memory. The median of each thread's times, in the mean of the threads; the first time, which finds the
/// primes of the sieve and memory, is not counted. Cost: half a second, or three times if they take longer.
[[nodiscard]] Worked work_through(const Sample& sample, unsigned threads);

/// The middle one; of an even number of times the upper one of the two. @pre there are some
[[nodiscard]] inline double median(std::vector<double> times) {
    const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
    std::nth_element(times.begin(), middle, times.end());
    return *middle;
}

}  // namespace factorize::app
