// What `factorize_faulty` links instead of app/range_source.cpp: rows of a range that go wrong at one number,
// or take their time.
//
//   FACTORIZE_TEST_LOOP_AT=N   the compute thread that comes to N never returns
//   FACTORIZE_TEST_FLIP_AT=N   a bit of a divisor of N, which must have one, is flipped
//   FACTORIZE_TEST_THROW_AT=N  std::bad_alloc
//   FACTORIZE_TEST_PAUSE_US=N  each number takes N us more, without work for the CPU
//   FACTORIZE_TEST_ONCE=FILE   only in the process that makes this file, and once; unset: every time
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <optional>
#include <thread>

#include <fcntl.h>
#include <unistd.h>

#include "app/range_source.hpp"

namespace factorize::app {
namespace {

std::optional<std::uint64_t> number_in(const char* variable) {
    const char* text = std::getenv(variable);
    if (text == nullptr) return std::nullopt;
    return std::strtoull(text, nullptr, 10);
}

bool is_due() {
    const char* marker = std::getenv("FACTORIZE_TEST_ONCE");
    if (marker == nullptr) return true;
    const int file = ::open(marker, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    if (file >= 0) ::close(file);
    return file >= 0;
}

[[noreturn]] void loop_for_ever() {
    for (std::atomic<std::uint64_t> turns = 0;;) ++turns;
}

class FaultyRows : public jobs::RangeRows {
public:
    using RangeRows::RangeRows;

    void append(std::uint64_t count, jobs::Rows& out) override {
        RangeRows::append(count, out);
        if (pause_us_) std::this_thread::sleep_for(std::chrono::microseconds(*pause_us_ * count));
        if (holds(loop_at_, out) && is_due()) loop_for_ever();
        if (holds(throw_at_, out) && is_due()) throw std::bad_alloc();
        if (holds(flip_at_, out) && is_due()) flip(*flip_at_, out);
    }

private:
    static bool holds(const std::optional<std::uint64_t>& number, const jobs::Rows& rows) {
        return number && std::ranges::binary_search(rows.numbers, *number);
    }

    static void flip(std::uint64_t number, jobs::Rows& rows) {
        std::size_t divisor = 0;
        for (std::size_t row = 0; rows.numbers[row] != number; ++row) divisor += rows.counts[row];
        if (rows.full.empty())
            rows.half[divisor] ^= 4;
        else
            rows.full[divisor] ^= 4;
    }

    std::optional<std::uint64_t> pause_us_ = number_in("FACTORIZE_TEST_PAUSE_US");
    std::optional<std::uint64_t> loop_at_ = number_in("FACTORIZE_TEST_LOOP_AT");
    std::optional<std::uint64_t> throw_at_ = number_in("FACTORIZE_TEST_THROW_AT");
    std::optional<std::uint64_t> flip_at_ = number_in("FACTORIZE_TEST_FLIP_AT");
};

}  // namespace

std::unique_ptr<jobs::RowSource> range_source(const cluster::Job& job) {
    return std::make_unique<FaultyRows>(jobs::Ranges(job.ranges), job.census, job.layout, job.store);
}

}  // namespace factorize::app
