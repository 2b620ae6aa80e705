// The blocks nobody has in hand: a cursor over a bit a block, and the few spans that came back.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "jobs/task.hpp"

namespace factorize::cluster {

/// A span of blocks with the history of the attempts at it.
struct Work {
    jobs::BlockSpan blocks;
    std::uint32_t attempts = 0;  ///< times handed out
    std::uint32_t losses = 0;    ///< times the worker that held it was lost
    bool row_by_row = false;

    std::uint32_t failures = 0;                       ///< since it was last cut or better understood
    std::vector<int> failed_by;                       ///< in the same time
    std::map<std::uint64_t, std::uint32_t> suspects;  ///< rows named, and how often
    std::string text;                                 ///< of the last failure
};

class TaskQueue {
public:
    TaskQueue() = default;
    TaskQueue(std::uint64_t blocks, const std::function<bool(std::uint64_t block)>& done);

    /// Takes the next work of at most `most` blocks for which `may` holds: spans that came back first, then
    /// new ones, then those that cost several workers their lives. Work with a history of failures is never
    /// cut here.
    [[nodiscard]] std::optional<Work> take(std::uint64_t most, const std::function<bool(const Work&)>& may);

    /// To the front, or to the very end of the queue.
    void give_back(Work work, bool to_the_end = false);

    void mark_done(jobs::BlockSpan blocks);

    [[nodiscard]] bool is_done(std::uint64_t block) const { return done_[block]; }
    [[nodiscard]] std::uint64_t blocks() const { return done_.size(); }
    [[nodiscard]] std::uint64_t done() const { return done_count_; }
    /// Blocks that `take` has still to give.
    [[nodiscard]] std::uint64_t remaining() const { return remaining_; }

private:
    std::optional<Work> take_from(std::deque<Work>& spans, std::uint64_t most,
                                  const std::function<bool(const Work&)>& may);

    std::vector<bool> done_;
    std::uint64_t done_count_ = 0;
    std::uint64_t remaining_ = 0;
    std::uint64_t cursor_ = 0;  // blocks from here on were never taken
    std::deque<Work> returned_;
    std::deque<Work> last_;
};

}  // namespace factorize::cluster
