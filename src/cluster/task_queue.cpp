#include "cluster/task_queue.hpp"

#include <algorithm>
#include <utility>

namespace factorize::cluster {

namespace {

// Work that failed keeps its bounds until `after_failure` cuts it: what is known is about this span.
bool may_be_cut(const Work& work) { return work.failures == 0 && !work.row_by_row; }

}  // namespace

TaskQueue::TaskQueue(std::uint64_t blocks, const std::function<bool(std::uint64_t)>& done) : done_(blocks) {
    for (std::uint64_t block = 0; block < blocks; ++block) {
        if (done(block)) {
            done_[block] = true;
            ++done_count_;
        }
    }
    remaining_ = blocks - done_count_;
}

std::optional<Work> TaskQueue::take(std::uint64_t most, const std::function<bool(const Work&)>& may) {
    if (auto work = take_from(returned_, most, may)) return work;

    while (cursor_ < blocks() && done_[cursor_]) ++cursor_;
    if (cursor_ < blocks()) {
        Work work;
        work.blocks.first = cursor_;
        while (cursor_ < blocks() && !done_[cursor_] && work.blocks.count < most) {
            ++cursor_;
            ++work.blocks.count;
        }
        remaining_ -= work.blocks.count;
        return work;
    }
    return take_from(last_, most, may);
}

std::optional<Work> TaskQueue::take_from(std::deque<Work>& spans, std::uint64_t most,
                                         const std::function<bool(const Work&)>& may) {
    const auto found = std::ranges::find_if(spans, may);
    if (found == spans.end()) return std::nullopt;
    Work work = *found;
    if (may_be_cut(work) && work.blocks.count > most) {
        work.blocks.count = most;
        found->blocks.first += most;
        found->blocks.count -= most;
    } else {
        spans.erase(found);
    }
    remaining_ -= work.blocks.count;
    return work;
}

void TaskQueue::give_back(Work work, bool to_the_end) {
    remaining_ += work.blocks.count;
    if (to_the_end) {
        last_.push_back(std::move(work));
    } else {
        returned_.push_front(std::move(work));
    }
}

void TaskQueue::mark_done(jobs::BlockSpan blocks) {
    for (std::uint64_t block = blocks.first; block < blocks.end(); ++block) done_[block] = true;
    done_count_ += blocks.count;
}

}  // namespace factorize::cluster
