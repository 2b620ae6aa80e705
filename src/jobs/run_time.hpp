// How long a run takes, from what one core was seen to do.
#pragma once

#include <cstdint>
#include <string_view>

namespace factorize::jobs {

/// What becomes of a number on its way into the file. The first two on the workers, the last on rank 0.
enum class Stage : std::uint8_t { generate, encode, write };

[[nodiscard]] std::string_view to_text(Stage stage);

/// Seconds for one number in each stage, on each core while as many work as will in the run.
struct StageSeconds {
    double generate = 0;
    double encode = 0;
    double write = 0;
};

struct Forecast {
    double seconds = 0;
    Stage bottleneck = Stage::generate;  ///< what to make faster, or to have more of
};

/// The time of a run on one machine. Whoever is busier sets the pace, the workers or rank 0; that both may
/// want the same core is left out. @param ranks  as for mpirun -np: the first one writes, or does everything
/// if it is the only one
[[nodiscard]] Forecast forecast(double rows, const StageSeconds& each, unsigned ranks, unsigned cores);

}  // namespace factorize::jobs
