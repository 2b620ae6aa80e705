#include "numbers/rough.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>

#include "numbers/primality.hpp"
#include "numbers/rho.hpp"

namespace factorize::numbers {
namespace {

/// Below it rho is as fast, and the curves' group orders are so small that they often find both primes at
/// once.
constexpr std::uint64_t rho_limit = std::uint64_t{1} << 34;
/// So many curves that found all primes at once mean that more would.
constexpr std::size_t wholes_limit = 3;

/// Curves to run by each plan but the last before the next one's turn: most numbers have a prime that a cheap
/// plan finds, and products of two large primes lose little by it.
constexpr std::array<std::size_t, ecm_plan_count> curves_of_plan = {2, 2, suyama_curve_count};

/// The dearest plan that a number needs: one for primes up to its square root.
std::size_t last_plan(std::uint64_t n) {
    const auto bits = std::bit_width(n);
    return bits <= 42 ? 0 : bits <= 54 ? 1 : 2;
}

std::size_t plan_after(std::uint64_t n, std::size_t curves) {
    std::size_t plan = 0;
    for (const std::size_t last = last_plan(n); plan < last && curves >= curves_of_plan[plan]; ++plan)
        curves -= curves_of_plan[plan];
    return plan;
}

/// Below it nothing is composite.
std::uint64_t square_of(std::uint64_t least_prime) {
    return least_prime >> 32 ? ~std::uint64_t{0} : least_prime * least_prime;
}

/// A divisor 1 < d < n of one odd composite: the lanes run different curves on it.
std::uint64_t divisor_of(std::uint64_t n, const LaneKernels& kernels) {
    std::array<std::uint64_t, max_lanes> numbers;
    std::array<const SuyamaCurve*, max_lanes> curves;
    std::array<std::uint64_t, max_lanes> divisors;
    numbers.fill(n);
    std::size_t wholes = 0;
    for (std::size_t tried = 0; n > rho_limit && wholes < wholes_limit; tried += kernels.lanes) {
        if (tried + kernels.lanes > suyama_curve_count) break;
        for (std::size_t i = 0; i < kernels.lanes; ++i) curves[i] = &suyama_curve(tried + i);
        // Many curves at once find what one curve of a dearer plan would.
        const std::size_t plan = std::min<std::size_t>(plan_after(n, tried), kernels.lanes > 1 ? 1 : 2);
        kernels.run_curves(ecm_plan(plan), numbers.data(), curves.data(), divisors.data());
        for (std::size_t i = 0; i < kernels.lanes; ++i) {
            if (divisors[i] != 1 && divisors[i] != n) return divisors[i];
            wholes += divisors[i] == n;
        }
    }
    return divisor_by_rho(n);
}

}  // namespace

void append_rough(std::uint64_t n, std::uint64_t least_prime, Factorization& out) {
    assert(n % 2 == 1 && least_prime >= 257);
    const std::uint64_t certain = square_of(least_prime);
    std::array<std::uint64_t, 8> primes;  // 257^8 > 2^64: never more than 7
    std::array<std::uint64_t, 8> parts;
    std::size_t prime_count = 0;
    std::size_t part_count = 0;
    if (n > 1) parts[part_count++] = n;
    while (part_count > 0) {
        const std::uint64_t part = parts[--part_count];
        if (part < certain || is_prime(part)) {
            std::size_t place = prime_count++;
            for (; place > 0 && primes[place - 1] > part; --place) primes[place] = primes[place - 1];
            primes[place] = part;
            continue;
        }
        const std::uint64_t divisor = divisor_of(part, lane_kernels());
        parts[part_count++] = divisor;
        parts[part_count++] = part / divisor;
    }
    for (std::size_t i = 0; i < prime_count;) {
        const std::size_t first = i;
        while (i < prime_count && primes[i] == primes[first]) ++i;
        out.push_back(primes[first], static_cast<std::uint32_t>(i - first));
    }
}

std::span<const RoughBatch::OwnedPrime> RoughBatch::split(std::uint64_t least_prime) {
    assert(least_prime >= 257);
    primes_.clear();
    while (!untested_.empty()) {
        test(square_of(least_prime));
        run_curves();
    }
    std::sort(primes_.begin(), primes_.end(), [](const OwnedPrime& a, const OwnedPrime& b) {
        return a.owner != b.owner ? a.owner < b.owner : a.prime < b.prime;
    });
    return primes_;
}

/// Moves each untested number to the primes or to a queue.
void RoughBatch::test(std::uint64_t certain) {
    std::array<std::uint64_t, max_lanes> numbers;
    std::array<std::uint64_t, max_lanes> bases;
    std::array<bool, max_lanes> passed;
    candidates_.clear();
    for (const Rough& rough : untested_) {
        if (rough.n < certain)
            primes_.push_back({rough.owner, rough.n});
        else
            candidates_.push_back(rough);
    }
    untested_.clear();

    // Base 2 sends nearly all composites away.
    std::size_t probable = 0;
    for (std::size_t begin = 0; begin < candidates_.size(); begin += kernels_.lanes) {
        const std::size_t size = std::min(kernels_.lanes, candidates_.size() - begin);
        for (std::size_t i = 0; i < kernels_.lanes; ++i)
            numbers[i] = candidates_[begin + std::min(i, size - 1)].n;
        bases.fill(2);
        kernels_.strong_tests(numbers.data(), bases.data(), passed.data());
        for (std::size_t i = 0; i < size; ++i) {
            const Rough candidate = candidates_[begin + i];
            if (passed[i])
                candidates_[probable++] = candidate;
            else
                enqueue(candidate);
        }
    }
    candidates_.resize(probable);

    // Each lane has another base of the same or the next number.
    std::size_t filled = 0;
    std::array<Rough*, max_lanes> tested;
    const auto run = [&] {
        for (std::size_t i = filled; i < kernels_.lanes; ++i) {
            numbers[i] = numbers[0];
            bases[i] = bases[0];
        }
        kernels_.strong_tests(numbers.data(), bases.data(), passed.data());
        for (std::size_t i = 0; i < filled; ++i)
            if (!passed[i]) ++tested[i]->wholes;  // for the moment: composite
        filled = 0;
    };
    for (Rough& candidate : candidates_)
        for (const std::uint64_t base : strong_test_bases(candidate.n).subspan(1)) {
            numbers[filled] = candidate.n;
            bases[filled] = base;
            tested[filled] = &candidate;
            if (++filled == kernels_.lanes) run();
        }
    if (filled > 0) run();
    for (Rough& candidate : candidates_) {
        if (candidate.wholes == 0)
            primes_.push_back({candidate.owner, candidate.n});
        else
            enqueue({candidate.n, candidate.owner});
    }
}

void RoughBatch::enqueue(const Rough& composite) {
    if (composite.n < rho_limit || composite.wholes >= wholes_limit || composite.curves >= suyama_curve_count)
        add_divisor(composite, divisor_by_rho(composite.n));
    else
        queues_[plan_after(composite.n, composite.curves)].push_back(composite);
}

void RoughBatch::add_divisor(const Rough& composite, std::uint64_t divisor) {
    untested_.push_back({divisor, composite.owner});
    untested_.push_back({composite.n / divisor, composite.owner});
}

void RoughBatch::run_curves() {
    for (std::size_t plan = 0; plan < ecm_plan_count; ++plan)
        while (!queues_[plan].empty()) run_round(queues_[plan], plan);
}

/// One curve for each of the queue's last numbers; where they are fewer than the lanes, several.
void RoughBatch::run_round(std::vector<Rough>& queue, std::size_t plan) {
    std::array<std::uint64_t, max_lanes> numbers;
    std::array<const SuyamaCurve*, max_lanes> curves;
    std::array<std::uint64_t, max_lanes> divisors;
    std::array<Rough, max_lanes> taken;
    const std::size_t size = std::min(kernels_.lanes, queue.size());
    std::copy(queue.end() - static_cast<std::ptrdiff_t>(size), queue.end(), taken.begin());
    queue.resize(queue.size() - size);
    for (std::size_t i = 0; i < kernels_.lanes; ++i) {
        Rough& rough = taken[i % size];
        numbers[i] = rough.n;
        curves[i] = &suyama_curve(std::min<std::size_t>(rough.curves, suyama_curve_count - 1));
        ++rough.curves;
    }
    kernels_.run_curves(ecm_plan(plan), numbers.data(), curves.data(), divisors.data());
    for (std::size_t i = 0; i < size; ++i) {
        std::uint64_t divisor = 1;
        for (std::size_t lane = i; lane < kernels_.lanes; lane += size) {
            if (divisors[lane] == numbers[lane])
                ++taken[i].wholes;
            else if (divisors[lane] != 1)
                divisor = divisors[lane];
        }
        if (divisor != 1)
            add_divisor(taken[i], divisor);
        else
            enqueue(taken[i]);
    }
}

}  // namespace factorize::numbers
