#include "app/event_log.hpp"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "jobs/error.hpp"
#include "support/error_text.hpp"
#include "support/temporary_directory.hpp"

namespace factorize::app {
namespace {

using cluster::Event;
using Kind = cluster::Event::Kind;
using Json = nlohmann::json;

class EventLogTest : public testing::Test {
protected:
    /// Parses every line of the log; one that does not parse fails the test.
    [[nodiscard]] std::vector<Json> lines() const {
        std::ifstream file(path_);
        std::vector<Json> parsed;
        for (std::string line; std::getline(file, line);) {
            parsed.push_back(Json::parse(line, nullptr, false));
            EXPECT_TRUE(parsed.back().is_object()) << line;
        }
        return parsed;
    }
    [[nodiscard]] Json only_line(const Event& event) {
        std::filesystem::remove(path_);
        EventLog(path_).write(event);
        const std::vector<Json> all = lines();
        EXPECT_EQ(all.size(), 1U);
        return all.empty() ? Json::object() : all[0];
    }

    test::TemporaryDirectory directory_;
    std::filesystem::path path_ = directory_ / "log.jsonl";
};

/// One with every member set.
Event full_event(Kind kind) {
    Event event(kind, 3);
    event.task = jobs::TaskId{17};
    event.blocks = {5, 2};
    event.attempt = 4;
    event.capacity = 8;
    event.seconds = 1.5;
    event.bytes = 1'000;
    event.pid = 4711;
    event.host = "node7";
    return event;
}

TEST_F(EventLogTest, EachKindIsOneLineWithWhatItCarries) {
    const Json task{{"task", 17}, {"first_block", 5}, {"blocks", 2}};
    const Json attempt{{"task", 17}, {"first_block", 5}, {"blocks", 2}, {"attempt", 4}};
    const Json host{{"host", "node7"}};
    Json failure = attempt;
    failure.update(host);
    Json result = attempt;
    result.update({{"seconds", 1.5}, {"bytes", 1'000}});
    const std::vector<std::pair<Kind, Json>> kinds{
        {Kind::register_worker, {{"host", "node7"}, {"pid", 4711}, {"capacity", 8}}},
        {Kind::dispatch_results, result},
        {Kind::worker_lost, host},
        {Kind::reassign, task},
        {Kind::task_failed, failure},
        {Kind::worker_distrusted, host},
        {Kind::block_abandoned, {{"first_block", 5}}},
        {Kind::unregister_worker, {{"busy_seconds", 1.5}, {"peak_memory_bytes", 1'000}}},
        {Kind::stop, Json::object()}};
    for (const auto& [kind, carried] : kinds) {
        Json line = only_line(full_event(kind));
        EXPECT_GE(line.value("time", -1.0), 0);
        line.erase("time");
        Json wanted{{"event", cluster::name(kind)}, {"rank", 3}};
        wanted.update(carried);
        EXPECT_EQ(line, wanted);
    }
}

TEST_F(EventLogTest, TracesCallsOfFactorsOfOnlyForDebugging) {
    for (const LogLevel level : {LogLevel::info, LogLevel::debug}) {
        EventLog log(path_, level);
        log.write(full_event(Kind::factors_of));
        log.write(full_event(Kind::dispatch_results));
    }
    std::vector<Json> all = lines();
    for (Json& line : all) line.erase("time");
    const Json call{{"event", "factors_of"}, {"rank", 3},   {"task", 17},
                    {"first_block", 5},      {"blocks", 2}, {"attempt", 4}};
    Json called = call;
    called["state"] = "called";
    Json complete = call;
    complete.update({{"state", "complete"}, {"seconds", 1.5}});
    Json result = call;
    result.update({{"event", "dispatch_results"}, {"seconds", 1.5}, {"bytes", 1'000}});
    EXPECT_EQ(all, (std::vector<Json>{result, called, result, complete}));
}

TEST_F(EventLogTest, TellsOfCommits) {
    EventLog(path_).write_commit(jobs::TaskId{9}, {4, 3});
    ASSERT_EQ(lines().size(), 1U);
    Json line = lines()[0];
    EXPECT_EQ(line.erase("time"), 1U);
    EXPECT_EQ(line, (Json{{"event", "commit"}, {"task", 9}, {"first_block", 4}, {"blocks", 3}}));
}

TEST_F(EventLogTest, ANegativeRankMeansNone) {
    EXPECT_FALSE(only_line(full_event(Kind::stop)).empty());
    EXPECT_FALSE(only_line(Event(Kind::block_abandoned, -1)).contains("rank"));
}

TEST_F(EventLogTest, TextStaysOneLineWhateverItHolds) {
    Event event(Kind::task_failed, 2);
    event.text = "two\nlines, \"quotes\", a \\ and a \t\x01";
    EXPECT_EQ(only_line(event)["text"], event.text);
    event.text = "\xff\xfe no UTF-8 \xc3";
    const std::string text = only_line(event)["text"];
    EXPECT_NE(text.find(" no UTF-8 "), std::string::npos);
    Event hello(Kind::register_worker, 2);
    hello.host = "n\xf6rd";  // Latin-1
    EXPECT_TRUE(only_line(hello)["host"].is_string());
}

TEST_F(EventLogTest, LargeIntegersStayExact) {
    Event event = full_event(Kind::dispatch_results);
    event.task = jobs::TaskId{UINT64_MAX};
    event.blocks = {UINT64_MAX - 1, 1};
    const Json line = only_line(event);
    EXPECT_EQ(line["task"].get<std::uint64_t>(), UINT64_MAX);
    EXPECT_EQ(line["first_block"].get<std::uint64_t>(), UINT64_MAX - 1);
}

TEST_F(EventLogTest, EveryLineIsFlushedAndTimeGrows) {
    EventLog log(path_);
    for (int rank = 0; rank < 10; ++rank) {
        log.write(Event(Kind::stop, rank));
        const std::vector<Json> all = lines();
        ASSERT_EQ(all.size(), static_cast<std::size_t>(rank) + 1);
        if (rank > 0) {
            EXPECT_GE(all.back()["time"], all[all.size() - 2]["time"]);
        }
    }
}

TEST_F(EventLogTest, AppendsToWhatIsThere) {
    EventLog(path_).write(Event(Kind::stop, 1));
    EventLog(path_).write(Event(Kind::stop, 2));
    ASSERT_EQ(lines().size(), 2U);
    EXPECT_EQ(lines()[1]["rank"], 2);
}

TEST_F(EventLogTest, LogsNothingWithoutAPath) {
    EventLog log("");
    log.write(full_event(Kind::stop));
    log.write_commit(jobs::TaskId{1}, {0, 1});
}

TEST_F(EventLogTest, SaysWhatItCannotOpen) {
    const std::filesystem::path missing = directory_ / "missing" / "log";
    EXPECT_EQ(test::text_of<jobs::StorageError>([&] { EventLog log(missing); }),
              "cannot write the log " + missing.string() + ": No such file or directory");
}

}  // namespace
}  // namespace factorize::app
