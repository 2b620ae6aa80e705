#include "numbers/lane_kernels.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "numbers/uint128.hpp"
#include "support/nasty_numbers.hpp"
#include "support/primes.hpp"
#include "support/random_numbers.hpp"

namespace factorize::numbers {
namespace {

/// Every kernel that this CPU can run.
class Lanes : public testing::TestWithParam<const LaneKernel*> {
protected:
    /// kernel's answers for these numbers, all with the same base.
    static std::vector<bool> strong_tests(const std::vector<std::uint64_t>& numbers, std::uint64_t base) {
        const LaneKernel& kernel = *GetParam();
        std::vector<bool> answers;
        std::array<std::uint64_t, max_lanes> n{};
        std::array<std::uint64_t, max_lanes> bases{};
        std::array<bool, max_lanes> passed{};
        bases.fill(base);
        for (std::size_t begin = 0; begin < numbers.size(); begin += kernel.lanes) {
            for (std::size_t i = 0; i < kernel.lanes; ++i)
                n[i] = numbers[std::min(begin + i, numbers.size() - 1)];
            kernel.strong_tests(n.data(), bases.data(), passed.data());
            for (std::size_t i = 0; i < kernel.lanes && begin + i < numbers.size(); ++i)
                answers.push_back(passed[i]);
        }
        return answers;
    }

    static bool is_narrow() { return GetParam()->lanes == 32; }
    static bool takes(std::uint64_t n) {
        return n % 2 == 1 && n >> 16 != 0 && (!is_narrow() || n < LaneKernels::narrow_limit);
    }
    static int most_bits() { return is_narrow() ? 50 : 64; }
};

/// The definition, in plain 128-bit arithmetic.
bool is_strong_probable_prime(std::uint64_t n, std::uint64_t base) {
    const auto times = [n](std::uint64_t a, std::uint64_t b) {
        return static_cast<std::uint64_t>(static_cast<Uint128>(a) * b % n);
    };
    std::uint64_t odd = n - 1;
    for (; odd % 2 == 0; odd /= 2) {
    }
    std::uint64_t power = 1;
    std::uint64_t square = base % n;
    if (square == 0) return true;
    for (std::uint64_t e = odd; e != 0; e /= 2, square = times(square, square))
        if (e % 2 == 1) power = times(power, square);
    if (power == 1) return true;
    for (std::uint64_t e = odd; e != n - 1; e *= 2, power = times(power, power))
        if (power == n - 1) return true;
    return false;
}

/// Those of them that test for primality; elsewhere is_prime() is faster.
class TestingLanes : public Lanes {};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(TestingLanes);  // none without AVX-512

TEST_P(TestingLanes, StrongTestsFollowTheDefinition) {
    RandomNumbers random(20);
    std::vector<std::uint64_t> numbers;
    const auto offer = [&](std::uint64_t n) {
        if (takes(n)) numbers.push_back(n);
    };
    for (const std::uint64_t n : nasty::primes) offer(n);
    for (const std::uint64_t n : nasty::composites) offer(n);
    for (const std::uint64_t n : nasty::strong_pseudoprimes) offer(n);
    for (const std::uint64_t n : nasty::carmichael_numbers) offer(n);
    for (int bits = 17; bits <= most_bits(); ++bits) {
        for (int i = 0; i < 20; ++i) offer(random.odd_of_bits(bits));
        for (int i = 0; i < 4; ++i) offer(prime_of_bits(random, bits));
        // n - 1 and n + 1 with as many twos as there can be
        offer((std::uint64_t{1} << (bits - 1)) + 1);
        offer((std::uint64_t{2} << (bits - 1)) - 1);
    }
    for (const std::uint64_t base : {std::uint64_t{2}, std::uint64_t{325}, std::uint64_t{1'795'265'022},
                                     std::uint64_t{11'096'072'698'276'303'650U}, std::uint64_t{65'537}}) {
        const std::vector<bool> answers = strong_tests(numbers, base);
        ASSERT_EQ(answers.size(), numbers.size());
        for (std::size_t i = 0; i < numbers.size(); ++i)
            ASSERT_EQ(answers[i], is_strong_probable_prime(numbers[i], base)) << numbers[i] << " to " << base;
    }
}

/// What a curve finds is fixed by number, curve and plan, whatever computes it.
TEST_P(Lanes, CurvesFindDivisorsAndTheSameOnes) {
    const LaneKernel& kernel = *GetParam();
    const LaneKernel& portable = portable_lanes().wide;
    RandomNumbers random(21);
    int parted = 0;
    for (int bits = 18; bits <= most_bits(); ++bits) {
        std::array<std::uint64_t, max_lanes> n{};
        std::array<const SuyamaCurve*, max_lanes> curves{};
        for (std::size_t i = 0; i < max_lanes; ++i) {
            n[i] = i % 4 == 0 ? random.odd_of_bits(bits)
                              : prime_of_bits(random, bits / 2) * prime_of_bits(random, bits - bits / 2);
            curves[i] = &suyama_curve(i);
        }
        for (std::size_t plan = 0; plan < ecm_plan_count; ++plan) {
            std::array<std::uint64_t, max_lanes> found{};
            std::array<std::uint64_t, max_lanes> expected{};
            kernel.run_curves(ecm_plan(plan), n.data(), curves.data(), found.data());
            for (std::size_t i = 0; i < kernel.lanes; i += portable.lanes)
                portable.run_curves(ecm_plan(plan), n.data() + i, curves.data() + i, expected.data() + i);
            for (std::size_t i = 0; i < kernel.lanes; ++i) {
                ASSERT_NE(found[i], 0U) << n[i];
                ASSERT_EQ(n[i] % found[i], 0U) << n[i];
                ASSERT_EQ(found[i] == 1, expected[i] == 1) << n[i] << " by curve " << i << ", plan " << plan;
                parted += found[i] != 1 && found[i] != n[i];
            }
        }
    }
    EXPECT_GT(parted, 100);
}

std::vector<const LaneKernel*> every_kernel() {
    std::vector<const LaneKernel*> kernels{&portable_lanes().wide};
    if (const LaneKernels* const avx512 = avx512_lanes())
        kernels.insert(kernels.end(), {&avx512->narrow, &avx512->wide});
    return kernels;
}

std::vector<const LaneKernel*> testing_kernels() {
    std::vector<const LaneKernel*> kernels = every_kernel();
    std::erase_if(kernels, [](const LaneKernel* kernel) { return kernel->strong_tests == nullptr; });
    return kernels;
}

INSTANTIATE_TEST_SUITE_P(EveryKernel, Lanes, testing::ValuesIn(every_kernel()),
                         [](const auto& test) { return "Of" + std::to_string(test.param->lanes) + "Lanes"; });
INSTANTIATE_TEST_SUITE_P(EveryKernel, TestingLanes, testing::ValuesIn(testing_kernels()),
                         [](const auto& test) { return "Of" + std::to_string(test.param->lanes) + "Lanes"; });

}  // namespace
}  // namespace factorize::numbers
