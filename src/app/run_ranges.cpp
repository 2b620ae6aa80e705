#include <optional>
#include <utility>
#include <vector>

#include "app/divisor_phase.hpp"
#include "app/run.hpp"
#include "jobs/census.hpp"
#include "jobs/file_size.hpp"
#include "jobs/ranges.hpp"
#include "results/certificate.hpp"

namespace factorize::app {

jobs::Ranges ranges_of(const RunOptions& options) {
    std::vector<jobs::Range> ranges;
    for (const std::string& text : options.ranges) ranges.push_back(jobs::parse_range(text));
    return jobs::Ranges(std::move(ranges));
}

jobs::ExitStatus run_ranges(const Run& run) {
    const jobs::Ranges ranges = ranges_of(run.options);
    const jobs::RangeCensus census(ranges, run.options.store);
    const results::JobDescription job{
        .job = "range " + ranges.text(),
        .store = run.options.store,
        .layout = jobs::make_layout(ranges.rows(), static_cast<std::uint64_t>(census.total().factors))};
    const std::optional<results::FileSummary> earlier = earlier_output(run, job);
    if (earlier && earlier->status != results::Status::partial) return answer_complete(run, *earlier);
    if (!earlier) refuse_what_cannot_fit(run, jobs::estimated_file_bytes(ranges, census, job.store));
    results::ResultWriter writer = open_output(run, job,
                                               earlier                 ? Opening::go_on
                                               : run.options.overwrite ? Opening::replace
                                                                       : Opening::create);
    if (run.options.overwrite) ListFiles(run.options.output).remove();  // of a list that was here before
    RangePhase phase(writer, job.layout, job.store, ranges, census);
    run.loop.run(phase, "factoring");
    return finish(run, writer, job, results::range_certificate(job.layout.factors, census.total().sum));
}

}  // namespace factorize::app
