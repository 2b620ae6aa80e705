#include "app/stage_rates.hpp"

#include <algorithm>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <limits>
#include <map>
#include <string>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>
#include <unistd.h>

#include "app/clock.hpp"
#include "app/nap.hpp"
#include "app/run.hpp"
#include "app/sample.hpp"
#include "app/temporary_file.hpp"
#include "cluster/limits.hpp"
#include "jobs/file_size.hpp"
#include "results/result_creator.hpp"
#include "results/result_writer.hpp"
#include "transport/collective.hpp"
#include "transport/mailbox.hpp"
#include "transport/signals_held_back.hpp"

namespace factorize::app {
namespace {

constexpr int rounds = 5;  // of gathering and of writing, for a median

/// What a worker found out, in seconds for all rows of all samples, and where.
struct Share {
    WorkSeconds work;
    double send = 0;
    std::string host;
    unsigned cores = 1;
    std::string error;  // had to wait until all ranks have met

    template <class Archive>
    void serialize(Archive& archive, unsigned) {
        archive& work& send& host& cores& error;
    }
};

/// Blocks at the beginning, the middle and the end of a job, of the size of a task.
std::vector<Sample> samples_of(const RunOptions& job) {
    const jobs::Ranges ranges = ranges_of(job);
    const jobs::RangeCensus census(ranges, job.store);
    // A job with more factors than 64 bits can count will not be run, but is measured.
    const numbers::Uint128 countable =
        std::min(census.total().factors, numbers::Uint128{std::numeric_limits<std::int64_t>::max()});
    const jobs::Layout layout = jobs::make_layout(ranges.rows(), static_cast<std::uint64_t>(countable));
    const double row_bytes =
        jobs::estimated_file_bytes(ranges, census, job.store) / static_cast<double>(ranges.rows());
    const auto task_rows =
        static_cast<std::uint64_t>(static_cast<double>(cluster::Limits{}.max_task_bytes) / row_bytes);
    std::vector<Sample> samples;
    for (const std::uint64_t here : {std::uint64_t{0}, (ranges.rows() - 1) / 2, ranges.rows() - 1}) {
        const jobs::Range& range = ranges.all()[ranges.range_of_row(here)];
        const std::uint64_t count = std::min(task_rows, range.last - range.first + 1);
        const std::uint64_t first = std::min(ranges.number_at(here), range.last - (count - 1));
        samples.emplace_back(jobs::Range{first, first + (count - 1)}, job.store, layout);
    }
    return samples;
}

/// The way of results from the workers to rank 0.
class Gathering {
public:
    explicit Gathering(const transport::Environment& environment)
        : environment_(environment),
          at_rank_0_(transport::orchestrator_mailbox(environment)),
          at_worker_(transport::worker_mailbox(environment)) {}

    /// Collective. @param result  of a worker; becomes at rank 0 that of one of them
    /// @return CPU seconds of this rank for one result
    [[nodiscard]] double gather(jobs::TaskResult& result) {
        const bool receives = environment_.rank() == 0;
        const bool sends = environment_.rank() > 0 || environment_.size() == 1;
        const int results = receives ? std::max(environment_.size() - 1, 1) : 1;
        std::vector<double> times;
        for (int round = 0; round <= rounds; ++round) {
            cluster::DispatchResults message;
            std::vector<std::byte> payload = at_worker_.spare();
            if (sends) {
                payload.assign(result.payload.begin(), result.payload.end());
                message.result = {.task = result.task,
                                  .blocks = result.blocks,
                                  .pieces = result.pieces,
                                  .payload = {},
                                  .seconds = result.seconds};
                message.payload_bytes = payload.size();
            }
            transport::meet(environment_);
            const double begin = thread_cpu_seconds();
            if (sends) at_worker_.send(0, std::move(message), std::move(payload));
            if (receives)
                for (int i = 0; i < results; ++i) receive(result);
            Nap nap;
            while (!at_worker_.all_sent()) nap.sleep();
            times.push_back((thread_cpu_seconds() - begin) / results);
        }
        times.erase(times.begin());  // it connected the ranks, and found memory
        return median(std::move(times));
    }

private:
    void receive(jobs::TaskResult& result) {
        Nap nap;
        std::optional<transport::Envelope> envelope;
        while (!(envelope = at_rank_0_.poll())) nap.sleep();
        at_rank_0_.reuse(std::move(result.payload));
        result = std::move(std::get<cluster::DispatchResults>(envelope->message).result);
        result.payload = std::move(envelope->payload);
    }

    const transport::Environment& environment_;
    transport::Mailbox at_rank_0_;
    transport::Mailbox at_worker_;
};

/// What rank 0 does.
double write_seconds(const Sample& sample, const jobs::TaskResult& result,
                     const std::filesystem::path& output) {
    const results::JobDescription job{
        .job = "range " + sample.ranges.text(), .store = sample.store, .layout = sample.layout};
    std::vector<double> times;
    for (int round = 0; round < rounds; ++round) {
        const transport::SignalsHeldBack until_it_is_removed;
        const TemporaryFile file(fmt::format("{}.measure.{}", output.string(), ::getpid()));
        results::create_result_file(file.path(), job, {}, true);
        results::ResultWriter writer(file.path(), job, {});
        const double start = steady_seconds();
        (void)writer.write(result, 0, 1);
        writer.commit();
        times.push_back(steady_seconds() - start);
    }
    return median(std::move(times));
}

/// Collective. StorageError at rank 0 when the output cannot be. @return whether it can
bool output_can_be(const std::filesystem::path& output, const transport::Environment& environment) {
    std::exception_ptr problem;
    if (environment.rank() == 0) {
        try {
            results::check_output(output, true);
        } catch (...) {
            problem = std::current_exception();
        }
    }
    const bool can_be = transport::broadcast(environment, problem == nullptr ? 1 : 0) == 1;
    if (problem) std::rethrow_exception(problem);
    return can_be;
}

}  // namespace

std::optional<StageRates> measure_stages(const RunOptions& job, const transport::Environment& environment,
                                         unsigned threads) {
    const std::vector<Sample> samples = samples_of(job);
    const std::filesystem::path output = results::link_target(job.output);
    if (!output_can_be(output, environment)) return std::nullopt;
    const bool is_alone = environment.size() == 1;
    const bool is_rank_0 = environment.rank() == 0;
    const auto workers = static_cast<unsigned>(std::max(environment.size() - 1, 1));

    Share mine{
        .work = {}, .send = 0, .host = transport::Environment::host(), .cores = cores_here(), .error = {}};
    jobs::StageSeconds all;
    std::vector<jobs::TaskResult> gathered;
    Gathering gathering(environment);
    for (const Sample& sample : samples) {
        Worked worked;
        transport::meet(environment);
        try {
            if (is_alone || !is_rank_0) worked = work_through(sample, threads);
        } catch (const std::exception& error) {
            mine.error = error.what();
        }
        mine.work.generate += worked.taken.generate;
        mine.work.shuffle += worked.taken.shuffle;
        mine.work.deflate += worked.taken.deflate;
        (is_rank_0 ? all.receive : mine.send) += gathering.gather(worked.result);
        gathered.push_back(std::move(worked.result));
    }
    const std::vector<Share> shares = transport::gather(environment, mine);
    if (!is_rank_0) return std::nullopt;

    std::map<std::string, unsigned> cores;
    for (const Share& share : shares) {
        if (!share.error.empty())
            throw jobs::Error(jobs::ExitStatus::wrong, fmt::format("on {}: {}", share.host, share.error));
        all.generate += share.work.generate / workers;
        all.shuffle += share.work.shuffle / workers;
        all.deflate += share.work.deflate / workers;
        all.send += share.send / workers;
        cores[share.host] = share.cores;
    }
    double rows = 0;
    double factors = 0;
    for (std::size_t i = 0; i < samples.size(); ++i) {
        all.write += write_seconds(samples[i], gathered[i], output);
        rows += static_cast<double>(samples[i].layout.rows);
        factors += static_cast<double>(samples[i].layout.factors);
    }
    StageRates rates{.each = {.generate = all.generate / rows,
                              .shuffle = all.shuffle / rows,
                              .deflate = all.deflate / rows,
                              .send = all.send / rows,
                              .receive = all.receive / rows,
                              .write = all.write / rows},
                     .factor_bytes = factors / rows * static_cast<double>(jobs::value_bytes(job.store)),
                     .workers = is_alone ? threads : workers,
                     .cores = 0,
                     .between_ranks = !is_alone};
    for (const auto& [host, of_host] : cores) rates.cores += of_host;
    return rates;
}

unsigned cores_here() { return std::max(std::thread::hardware_concurrency(), 1U); }

}  // namespace factorize::app
