#include "numbers/rough.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>

#include "numbers/primality.hpp"
#include "numbers/rho.hpp"

namespace factorize::numbers {
namespace {

/// Below it rho is as fast, measured; for one number, and for one in a batch, whose curve costs a lane. The
/// group orders of much smaller primes would be so smooth that most curves find all primes at once.
constexpr std::uint64_t rho_limit_alone = std::uint64_t{1} << 34;
constexpr std::uint64_t rho_limit_in_batch = std::uint64_t{1} << 26;
/// So many curves that found all primes at once mean that more would.
constexpr std::size_t wholes_limit = 3;

/// Curves to run by each plan but the last before the next one's turn: most numbers have a prime that a cheap
/// plan finds. Measured: {0, 2} takes 12 % more for random numbers of 64 bits, {2, 2} and {0, 1} within 4 %
/// of this for them and for products of two primes.
constexpr std::array<std::size_t, ecm_plan_count> curves_of_plan = {1, 1, suyama_curve_count};

/// The dearest plan that a number needs: one for primes up to its square root. Measured on products of two
/// primes.
std::size_t last_plan(std::uint64_t n) {
    const auto bits = std::bit_width(n);
    return bits <= 44 ? 0 : bits <= 55 ? 1 : 2;
}

/// One number first has a few curves of the cheapest plan, for they take a third of the time of a call of
/// many; and what one curve of the dearest plan finds, some of many cheaper ones find sooner.
constexpr std::size_t few_curves = 2;
constexpr std::size_t dearest_plan_of_many = 1;

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

/// A divisor 1 < d < n of one odd composite: two curves in turn, then a lane each.
std::uint64_t divisor_of(std::uint64_t n) {
    const LaneKernel& few = portable_lanes().suiting(n);
    const LaneKernel& many = lane_kernels().suiting(n);
    std::array<std::uint64_t, max_lanes> numbers;
    std::array<const SuyamaCurve*, max_lanes> curves;
    std::array<std::uint64_t, max_lanes> divisors;
    numbers.fill(n);
    std::size_t wholes = 0;
    for (std::size_t tried = 0; n > rho_limit_alone && wholes < wholes_limit;) {
        const LaneKernel& kernel = tried < few_curves ? few : many;
        if (tried + kernel.lanes > suyama_curve_count) break;
        for (std::size_t i = 0; i < kernel.lanes; ++i) curves[i] = &suyama_curve(tried + i);
        const std::size_t dearest = kernel.lanes > few.lanes ? dearest_plan_of_many : ecm_plan_count;
        const std::size_t plan = std::min(plan_after(n, tried), dearest);
        kernel.run_curves(ecm_plan(plan), numbers.data(), curves.data(), divisors.data());
        for (std::size_t i = 0; i < kernel.lanes; ++i) {
            if (divisors[i] != 1 && divisors[i] != n) return divisors[i];
            wholes += divisors[i] == n;
        }
        tried += kernel.lanes;
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
        const std::uint64_t divisor = divisor_of(part);
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
    const std::uint64_t certain = square_of(least_prime);
    primes_.clear();
    while (!untested_.empty()) {
        for (const Rough& rough : untested_) {
            if (rough.n < certain)
                primes_.push_back({rough.owner, rough.n});
            else
                side_of(rough.n).candidates.push_back(rough);
        }
        untested_.clear();
        for (Side* const side : {&narrow_, &wide_}) test(*side);
        for (Side* const side : {&narrow_, &wide_})
            for (std::size_t plan = 0; plan < ecm_plan_count; ++plan)
                while (!side->queues[plan].empty()) run_round(*side, plan);
    }
    std::sort(primes_.begin(), primes_.end(), [](const OwnedPrime& a, const OwnedPrime& b) {
        return a.owner != b.owner ? a.owner < b.owner : a.prime < b.prime;
    });
    return primes_;
}

/// Moves the candidates to the primes or to a queue.
void RoughBatch::test(Side& side) {
    if (side.kernel.strong_tests != nullptr) {
        test_base_2(side);
        test_other_bases(side);
    } else {
        for (Rough& candidate : side.candidates) candidate.composite = !is_prime(candidate.n);
    }
    for (const Rough& candidate : side.candidates) {
        if (candidate.composite)
            enqueue(candidate);
        else
            primes_.push_back({candidate.owner, candidate.n});
    }
    side.candidates.clear();
}

/// Each lane has another number.
void RoughBatch::test_base_2(Side& side) {
    std::array<std::uint64_t, max_lanes> numbers;
    std::array<std::uint64_t, max_lanes> bases;
    std::array<bool, max_lanes> passed;
    bases.fill(2);
    const std::size_t lanes = side.kernel.lanes;
    for (std::size_t begin = 0; begin < side.candidates.size(); begin += lanes) {
        const std::span some(side.candidates.data() + begin, std::min(lanes, side.candidates.size() - begin));
        for (std::size_t i = 0; i < lanes; ++i) numbers[i] = some[std::min(i, some.size() - 1)].n;
        side.kernel.strong_tests(numbers.data(), bases.data(), passed.data());
        for (std::size_t i = 0; i < some.size(); ++i) some[i].composite = !passed[i];
    }
}

/// Each lane has another base of the same or the next number.
void RoughBatch::test_other_bases(Side& side) {
    std::array<std::uint64_t, max_lanes> numbers;
    std::array<std::uint64_t, max_lanes> bases;
    std::array<Rough*, max_lanes> tested;
    std::array<bool, max_lanes> passed;
    std::size_t filled = 0;
    const auto run = [&] {
        for (std::size_t i = filled; i < side.kernel.lanes; ++i) {
            numbers[i] = numbers[0];
            bases[i] = bases[0];
        }
        side.kernel.strong_tests(numbers.data(), bases.data(), passed.data());
        for (std::size_t i = 0; i < filled; ++i) tested[i]->composite = tested[i]->composite || !passed[i];
        filled = 0;
    };
    for (Rough& candidate : side.candidates) {
        if (candidate.composite) continue;
        for (const std::uint64_t base : strong_test_bases(candidate.n).subspan(1)) {
            numbers[filled] = candidate.n;
            bases[filled] = base;
            tested[filled] = &candidate;
            if (++filled == side.kernel.lanes) run();
        }
    }
    if (filled > 0) run();
}

void RoughBatch::enqueue(const Rough& composite) {
    const auto& [n, owner, curves, wholes, _] = composite;
    if (n < rho_limit_in_batch || wholes >= wholes_limit || curves >= suyama_curve_count)
        add_divisor(composite, divisor_by_rho(n));
    else
        side_of(n).queues[plan_after(n, curves)].push_back(composite);
}

void RoughBatch::add_divisor(const Rough& composite, std::uint64_t divisor) {
    untested_.push_back({divisor, composite.owner});
    untested_.push_back({composite.n / divisor, composite.owner});
}

/// One curve for each of the queue's last numbers; where they are fewer than the lanes, several.
void RoughBatch::run_round(Side& side, std::size_t plan) {
    std::array<std::uint64_t, max_lanes> numbers;
    std::array<const SuyamaCurve*, max_lanes> curves;
    std::array<std::uint64_t, max_lanes> divisors;
    std::array<Rough, max_lanes> taken;
    auto& queue = side.queues[plan];
    const std::size_t lanes = side.kernel.lanes;
    const std::size_t size = std::min(lanes, queue.size());
    std::copy(queue.end() - static_cast<std::ptrdiff_t>(size), queue.end(), taken.begin());
    queue.resize(queue.size() - size);
    for (std::size_t i = 0; i < lanes; ++i) {
        Rough& rough = taken[i % size];
        numbers[i] = rough.n;
        curves[i] = &suyama_curve(std::min<std::size_t>(rough.curves, suyama_curve_count - 1));
        ++rough.curves;
    }
    side.kernel.run_curves(ecm_plan(plan), numbers.data(), curves.data(), divisors.data());
    for (std::size_t i = 0; i < size; ++i) {
        std::uint64_t divisor = 1;
        for (std::size_t lane = i; lane < lanes; lane += size) {
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

void append_owned_primes(std::span<const RoughBatch::OwnedPrime>& primes, std::uint32_t owner,
                         Factorization& out) {
    std::size_t i = 0;
    while (i < primes.size() && primes[i].owner < owner) ++i;
    while (i < primes.size() && primes[i].owner == owner) {
        const std::uint64_t prime = primes[i].prime;
        std::uint32_t exponent = 0;
        for (; i < primes.size() && primes[i].owner == owner && primes[i].prime == prime; ++i) ++exponent;
        out.push_back(prime, exponent);
    }
    primes = primes.subspan(i);
}

}  // namespace factorize::numbers
