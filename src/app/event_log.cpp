#include "app/event_log.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/tell.hpp"
#include "jobs/error.hpp"

namespace factorize::app {

using Json = nlohmann::ordered_json;

struct EventLog::File {
    std::ofstream stream;
    std::filesystem::path path;

    // The run goes on without its log: that is said once.
    void write(const Json& line) {
        if (!stream) return;
        // A host name or a worker's text may hold bytes that are no UTF-8.
        stream << line.dump(-1, ' ', false, Json::error_handler_t::replace) << '\n' << std::flush;
        if (!stream)
            tell("factorize: cannot write the log {}: {}; going on without it\n", path.string(),
                 std::strerror(errno));
    }
};

namespace {

Json line_of(std::chrono::steady_clock::time_point start, std::string_view event) {
    const std::chrono::duration<double> time = std::chrono::steady_clock::now() - start;
    return {{"time", time.count()}, {"event", event}};
}

void add_task(Json& line, jobs::TaskId task, jobs::BlockSpan blocks) {
    line["task"] = static_cast<std::uint64_t>(task);
    line["first_block"] = blocks.first;
    line["blocks"] = blocks.count;
}

/// Of the call that a `dispatch_results` answers.
Json completed_call(Json line) {
    line["event"] = cluster::name(cluster::Event::Kind::factors_of);
    line["state"] = "complete";
    line.erase("bytes");
    return line;
}

}  // namespace

EventLog::EventLog(const std::filesystem::path& path, LogLevel level) : level_(level) {
    if (path.empty()) return;
    file_ = std::make_unique<File>();
    file_->path = path;
    file_->stream.open(path, std::ios::app);
    if (!file_->stream)
        throw jobs::StorageError(
            fmt::format("cannot write the log {}: {}", path.string(), std::strerror(errno)));
}

EventLog::~EventLog() = default;
EventLog::EventLog(EventLog&&) noexcept = default;
EventLog& EventLog::operator=(EventLog&&) noexcept = default;

void EventLog::write(const cluster::Event& event) {
    using Kind = cluster::Event::Kind;
    if (!file_ || (event.kind == Kind::factors_of && level_ < LogLevel::debug)) return;
    Json line = line_of(start_, cluster::name(event.kind));
    if (event.rank >= 0) line["rank"] = event.rank;
    switch (event.kind) {
        case Kind::register_worker:
            line["host"] = event.host;
            line["pid"] = event.pid;
            line["capacity"] = event.capacity;
            break;
        case Kind::task_failed:
            line["host"] = event.host;
            add_task(line, event.task, event.blocks);
            line["attempt"] = event.attempt;
            break;
        case Kind::factors_of:
            add_task(line, event.task, event.blocks);
            line["attempt"] = event.attempt;
            line["state"] = "called";
            break;
        case Kind::dispatch_results:
            add_task(line, event.task, event.blocks);
            line["attempt"] = event.attempt;
            line["seconds"] = event.seconds;
            line["bytes"] = event.bytes;
            break;
        case Kind::reassign:
            add_task(line, event.task, event.blocks);
            break;
        case Kind::block_abandoned:
            line["first_block"] = event.blocks.first;
            break;
        case Kind::unregister_worker:
            line["busy_seconds"] = event.seconds;
            line["peak_memory_bytes"] = event.bytes;
            break;
        case Kind::worker_lost:
        case Kind::worker_distrusted:
            line["host"] = event.host;
            break;
        case Kind::stop:
            break;
    }
    if (!event.text.empty()) line["text"] = event.text;
    file_->write(line);
    if (event.kind == Kind::dispatch_results && level_ == LogLevel::debug) file_->write(completed_call(line));
}

void EventLog::write_commit(jobs::TaskId task, jobs::BlockSpan blocks) {
    if (!file_) return;
    Json line = line_of(start_, "commit");
    add_task(line, task, blocks);
    file_->write(line);
}

}  // namespace factorize::app
