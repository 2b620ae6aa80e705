// How fast a run is, from what each of its stages was seen to take.
#pragma once

#include <cstdint>
#include <string_view>

namespace factorize::jobs {

/// What becomes of a number on its way into the file. The first three on the workers, the last on rank 0, and
/// `gather` between them.
enum class Stage : std::uint8_t { generate, shuffle, deflate, gather, write };

[[nodiscard]] std::string_view to_text(Stage stage);

/// Seconds for one number in each stage, on each core while as many work as will in the run.
struct StageSeconds {
    double generate = 0;
    double shuffle = 0;
    double deflate = 0;
    double send = 0;     ///< what `gather` takes on a worker
    double receive = 0;  ///< and on rank 0
    double write = 0;

    /// Until a worker has the number encoded.
    [[nodiscard]] double encoded() const { return generate + shuffle + deflate; }
    [[nodiscard]] double on_worker() const { return encoded() + send; }
    [[nodiscard]] double on_rank_0() const { return receive + write; }
};

struct Pace {
    double number_s = 0;                 ///< from one number to the next
    Stage bottleneck = Stage::generate;  ///< what to make faster, or to have more of
};

/// Whoever is busier sets the pace: a worker, rank 0, or, where they want more cores than there are, all of
/// them together. @param ranks  as for mpirun -np: the first one gathers and writes, or does everything if it
/// is the only one
[[nodiscard]] Pace pace(const StageSeconds& each, unsigned ranks, unsigned cores);

/// The time of a run, its beginning and end included.
[[nodiscard]] double run_seconds(double rows, const Pace& pace);

}  // namespace factorize::jobs
