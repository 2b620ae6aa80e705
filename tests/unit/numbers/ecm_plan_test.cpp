#include "numbers/ecm_plan.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <set>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "support/naive.hpp"

namespace factorize::numbers {
namespace {

/// The multiples of P that a chain's steps compute, each sum with the difference it needs.
class Walk {
public:
    std::uint64_t p = 1;

    void step(ChainStep step) {
        switch (step) {
            case ChainStep::double_p:
                p = 2 * p;
                break;
            case ChainStep::begin:
                a_ = 2 * p, b_ = c_ = p;
                break;
            case ChainStep::subtract:
                c_ = std::exchange(b_, sum(a_, b_, c_));
                break;
            case ChainStep::halve_both:
                b_ = sum(a_, b_, c_), a_ = 2 * a_;
                break;
            case ChainStep::halve_d:
                c_ = sum(a_, c_, b_), a_ = 2 * a_;
                break;
            case ChainStep::halve_e:
                c_ = difference(c_, b_), b_ = 2 * b_;
                break;
            case ChainStep::swap:
                std::swap(a_, b_);
                break;
            case ChainStep::end:
                p = sum(a_, b_, c_);
                break;
        }
    }

private:
    static std::uint64_t difference(std::uint64_t a, std::uint64_t b) { return a > b ? a - b : b - a; }
    static std::uint64_t sum(std::uint64_t a, std::uint64_t b, std::uint64_t c) {
        EXPECT_EQ(difference(a, b), c);
        return a + b;
    }
    std::uint64_t a_ = 0;
    std::uint64_t b_ = 0;
    std::uint64_t c_ = 0;
};

TEST(EcmPlan, StageOneMultipliesByEachPrimeToItsBound) {
    for (std::size_t index = 0; index < ecm_plan_count; ++index) {
        const EcmPlan& plan = ecm_plan(index);
        Walk walk;
        std::vector<std::uint64_t> primes;
        for (std::size_t i = 0; i < plan.step_count; ++i) {
            walk.step(plan.steps[i]);
            if (plan.steps[i] == ChainStep::end || plan.steps[i] == ChainStep::double_p)
                primes.push_back(std::exchange(walk.p, 1));
        }
        const std::uint64_t bound = primes.back();
        for (std::uint64_t n = 2; n <= bound; ++n)
            EXPECT_EQ(std::count(primes.begin(), primes.end(), n) > 0, naive::is_prime(n)) << n;
        for (const std::uint64_t p : primes) EXPECT_TRUE(naive::is_prime(p)) << p;
    }
}

TEST(EcmPlan, StageTwoCoversThePrimesAboveStageOne) {
    for (std::size_t index = 0; index < ecm_plan_count; ++index) {
        const EcmPlan& plan = ecm_plan(index);
        ASSERT_LE(plan.baby_count, EcmPlan::max_babies);
        ASSERT_LE(plan.giant_count, EcmPlan::max_giants);
        std::set<std::uint64_t> covered;
        for (std::size_t i = 0; i < plan.pair_count; ++i) {
            const auto [giant, baby] = plan.pairs[i];
            ASSERT_LT(giant, plan.giant_count);
            ASSERT_LT(baby, plan.baby_count);
            const std::uint64_t middle = (giant + 1U) * std::uint64_t{plan.stage_two_step};
            covered.insert({middle - plan.babies[baby], middle + plan.babies[baby]});
        }
        Walk walk;
        std::uint64_t bound = 0;
        for (std::size_t i = 0; i < plan.step_count; ++i) {
            walk.step(plan.steps[i]);
            if (plan.steps[i] == ChainStep::end) bound = std::exchange(walk.p, 1);
        }
        const std::uint64_t last = plan.giant_count * plan.stage_two_step - plan.stage_two_step / 2;
        for (std::uint64_t n = bound + 1; n <= last; ++n)
            EXPECT_TRUE(covered.contains(n) || !naive::is_prime(n)) << n;
    }
}

TEST(SuyamaCurve, LiesOnMontgomerysFormula) {
    // In exact arithmetic modulo a prime: x / z = u^3 / v^3 and 4 A + 8 = 16 (A + 2) / 4.
    constexpr std::uint64_t p = 1'000'000'007;
    for (std::size_t i = 0; i < suyama_curve_count; ++i) {
        const SuyamaCurve& curve = suyama_curve(i);
        const std::uint64_t sigma = 11 + i;
        const std::uint64_t u = sigma * sigma - 5;
        const std::uint64_t v = 4 * sigma;
        const auto cube = [](std::uint64_t x) { return x % p * (x % p) % p * (x % p) % p; };
        EXPECT_EQ(curve.x % p, cube(u));
        EXPECT_EQ(curve.z % p, cube(v));
        EXPECT_EQ(curve.numerator % p, cube(u - v) * ((3 * u + v) % p) % p);
        EXPECT_EQ(curve.denominator % p, cube(u) * 16 % p * v % p);
    }
}

}  // namespace
}  // namespace factorize::numbers
