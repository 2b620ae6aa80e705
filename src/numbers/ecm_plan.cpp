#include "numbers/ecm_plan.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <numeric>
#include <utility>
#include <vector>

namespace factorize::numbers {
namespace {

/// The bounds of a plan. Measured on the orders (by PARI's ellorder) of 16 Suyama curves modulo 2500 random
/// primes of 20, 26 and 32 bits: these minimize modular products per prime found, within 1 %. Multiplying by
/// more 2s, 3s, 5s and 7s than other primes get is worth 10 %.
struct Bounds {
    unsigned stage_one;
    unsigned twos, threes, fives, sevens;
    unsigned stage_two_step;
    unsigned stage_two;
};
constexpr std::array<Bounds, ecm_plan_count> all_bounds{{
    {30, 8, 5, 3, 2, 60, 1000},
    {85, 9, 5, 3, 2, 120, 3000},
    {210, 10, 5, 3, 2, 210, 10'000},
}};

bool is_odd_prime(unsigned n) {
    for (unsigned d = 3; d * d <= n; d += 2)
        if (n % d == 0) return false;
    return n > 2 && n % 2 == 1;
}

/// The cheapest chains from (d, e) to (1, 1) by the rules of ChainStep, a doubling and an addition costing
/// the same, for all d + e <= largest.
class CheapestChains {
public:
    explicit CheapestChains(unsigned largest) : costs_((largest + 1) * (largest + 1), unreachable) {
        stride_ = largest + 1;
        for (unsigned sum = 2; sum <= largest; ++sum)
            for (unsigned d = (sum + 1) / 2; d < sum; ++d) {
                const unsigned e = sum - d;
                cost(d, e) = d == e ? (d == 1 ? 1 : unreachable) : best(d, e).first;
            }
    }

    /// Steps that take P to p * P.
    void append(unsigned p, std::vector<ChainStep>& steps) const {
        // A = 2P, B = P: d = p - r and e = 2r - p give p * P for any r.
        unsigned best_r = 0;
        unsigned least = unreachable;
        for (unsigned r = p / 2 + 1; r < p; ++r)
            if (const unsigned c = either_cost(p - r, 2 * r - p); c < least) {
                least = c;
                best_r = r;
            }
        assert(best_r != 0);
        steps.push_back(ChainStep::begin);
        for (unsigned d = p - best_r, e = 2 * best_r - p; d != e;) {
            if (d < e) {
                steps.push_back(ChainStep::swap);
                std::swap(d, e);
            }
            const ChainStep step = best(d, e).second;
            steps.push_back(step);
            switch (step) {
                case ChainStep::subtract:
                    d -= e;
                    break;
                case ChainStep::halve_both:
                    d = (d - e) / 2;
                    break;
                case ChainStep::halve_d:
                    d /= 2;
                    break;
                default:
                    e /= 2;
                    break;
            }
        }
        steps.push_back(ChainStep::end);
    }

private:
    static constexpr std::uint8_t unreachable = 100;  // chains are shorter: 2 * log2(210) < 16 doublings

    [[nodiscard]] std::uint8_t& cost(unsigned d, unsigned e) { return costs_[d * stride_ + e]; }
    [[nodiscard]] unsigned either_cost(unsigned d, unsigned e) const {
        return costs_[std::max(d, e) * stride_ + std::min(d, e)];
    }
    /// @pre d > e
    [[nodiscard]] std::pair<std::uint8_t, ChainStep> best(unsigned d, unsigned e) const {
        unsigned least = 1 + either_cost(d - e, e);
        ChainStep step = ChainStep::subtract;
        const auto offer = [&](unsigned c, ChainStep s) {
            if (c < least) {
                least = c;
                step = s;
            }
        };
        if ((d - e) % 2 == 0) offer(2 + either_cost((d - e) / 2, e), ChainStep::halve_both);
        if (d % 2 == 0) offer(2 + either_cost(d / 2, e), ChainStep::halve_d);
        if (e % 2 == 0) offer(2 + either_cost(d, e / 2), ChainStep::halve_e);
        return {static_cast<std::uint8_t>(std::min<unsigned>(least, unreachable)), step};
    }

    std::size_t stride_ = 0;
    std::vector<std::uint8_t> costs_;
};

struct OwnedPlan {
    std::vector<ChainStep> steps;
    std::vector<std::uint8_t> babies;
    std::vector<StagePair> pairs;
    EcmPlan plan{};

    OwnedPlan(const Bounds& bounds, const CheapestChains& chains) {
        steps.assign(bounds.twos, ChainStep::double_p);
        for (unsigned p = 3; p <= bounds.stage_one; p += 2) {
            if (!is_odd_prime(p)) continue;
            const unsigned times = p == 3   ? bounds.threes
                                   : p == 5 ? bounds.fives
                                   : p == 7 ? bounds.sevens
                                            : 1;
            for (unsigned i = 0; i < times; ++i) chains.append(p, steps);
        }
        const unsigned step = bounds.stage_two_step;
        for (unsigned j = 1; j < step / 2; ++j)
            if (std::gcd(j, step) == 1) babies.push_back(static_cast<std::uint8_t>(j));
        const unsigned giants = (bounds.stage_two + step / 2) / step;
        const auto found_in_stage_two = [&](unsigned n) {
            return n > bounds.stage_one && n <= bounds.stage_two && is_odd_prime(n);
        };
        for (unsigned g = 1; g <= giants; ++g)
            for (std::size_t b = 0; b < babies.size(); ++b)
                if (found_in_stage_two(g * step - babies[b]) || found_in_stage_two(g * step + babies[b]))
                    pairs.push_back({static_cast<std::uint8_t>(g - 1), static_cast<std::uint8_t>(b)});
        assert(babies.size() <= EcmPlan::max_babies && giants <= EcmPlan::max_giants);
        assert(step % 6 == 0 && step <= EcmPlan::max_step && step / 2 <= bounds.stage_one + step / 2);
        plan = {steps.data(),  steps.size(), step,         babies.data(),
                babies.size(), giants,       pairs.data(), pairs.size()};
    }
};

}  // namespace

const EcmPlan& ecm_plan(std::size_t index) {
    static const std::array<OwnedPlan, ecm_plan_count> plans = [] {
        const CheapestChains chains(all_bounds.back().stage_one);
        return std::array{OwnedPlan(all_bounds[0], chains), OwnedPlan(all_bounds[1], chains),
                          OwnedPlan(all_bounds[2], chains)};
    }();
    assert(index < ecm_plan_count);
    return plans[index].plan;
}

const SuyamaCurve& suyama_curve(std::size_t index) {
    // sigma = 11 finds most (its order is often a multiple of 8); up to 224 all coefficients fit 64 bits.
    static const std::array<SuyamaCurve, suyama_curve_count> curves = [] {
        std::array<SuyamaCurve, suyama_curve_count> result{};
        for (std::uint64_t i = 0; i < suyama_curve_count; ++i) {
            const std::uint64_t sigma = 11 + i;
            const std::uint64_t u = sigma * sigma - 5;
            const std::uint64_t v = 4 * sigma;
            result[i] = {u * u * u, v * v * v, (u - v) * (u - v) * (u - v) * (3 * u + v), 16 * u * u * u * v};
        }
        return result;
    }();
    assert(index < suyama_curve_count);
    return curves[index];
}

}  // namespace factorize::numbers
