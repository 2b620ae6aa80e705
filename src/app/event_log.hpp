// `--log FILE`: what happens in the cluster, one JSON object a line, flushed.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>

#include "cluster/event.hpp"
#include "jobs/task.hpp"

namespace factorize::app {

enum class LogLevel : std::uint8_t {
    info,   ///< all but
    debug,  ///< each `factors_of`: once when a worker is called, once when it has completed
};

class EventLog {
public:
    /// @param path  empty: logs nothing. Appended to. StorageError when it cannot be opened.
    explicit EventLog(const std::filesystem::path& path, LogLevel level = LogLevel::info);
    ~EventLog();
    EventLog(EventLog&&) noexcept;
    EventLog& operator=(EventLog&&) noexcept;

    void write(const cluster::Event& event);
    /// The blocks of a task are durable.
    void write_commit(jobs::TaskId task, jobs::BlockSpan blocks);

private:
    struct File;
    std::unique_ptr<File> file_;
    LogLevel level_;
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace factorize::app
