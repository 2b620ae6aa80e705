// The wide rows under a hyperbola, summed by walking along the convex hull of the lattice points above it, in
// several places at once. See summatory_lanes.hpp for how it is compiled.
//
// Let n be given and call (x, y) outside when x * y > n. A walk starts at the first outside point of some row
// and goes down from vertex to vertex of the hull. A step (a, b) leads from (x, y) to (x + a, y - b); a step
// of the hull is the steepest, that is the greatest b / a, whose end is outside and not below the last row.
// Then the points of the b rows y - 1, ..., y - b that are not outside are those to the left of the step.
//
// The search. `left` = (a, b) and `right` = (c, d), steeper, with a * d - b * c = 1, are neighbours in the
// Stern-Brocot tree. One move of a walk is one of these:
//
//   up      if left does not lead outside: k = floor(c / a) takes right back to left's parent, then
//           (left, right) = (left - right, left);
//   down    otherwise, if left + right leads outside: left += right;
//   across  otherwise, if more of left could lead from there to the outside: right += left;
//   step    otherwise: no step between them leads outside, left is the hull's. It is taken k times at once,
//           and up follows in the same move if left does not lead outside any more.
//
// All quantities are small integers in doubles. With e = x * y - n and L = a * y - b * x, left leads outside
// when e + L - a * b > 0. From the end of m = left + right, inside, more of left cannot lead outside once it
// turns from the hyperbola through that end: L <= a * m.b + b * m.a = 2 * b * m.a + 1.
//
// Sizes. Below, x and y are coordinates reached, e <= y (a hull vertex is the first outside of its row), and
// L and R belong to neighbours: c * L - a * R = x and d * L - b * R = y. When left = l + (c, d) is accepted,
// it is outside and (c, d) is not; put l = (a', b'), that gives x > c * a * b' and y > d * b * a', whence,
// with a / b no further from x / y than e allows, a <= 2.01 * sqrt(x) and b <= 2.01 * sqrt(y), or a <= 2 * x
// / y where b = 1. A right made by `across` has c <= sqrt(x) and d <= sqrt(y) in the same way. With x <= n /
// y and y > 16 * n^(1/3) (smallest_y): a, c < 2^21, b, d < 2^18; products stay below 2^53.
//
// Source: R. Sladkey, arXiv:1206.3369, for counting along tangents. The weighted sum of a step's rows is made
// of Dedekind sums s(a, b), which the tree gives for free: for the matrix A = (d c; b a), a product of u
// "across" moves (1 1; 0 1) and v "down" moves (1 0; 1 1) with v > 0, Rademacher's function is (a + d) / b -
// 12 * s(a, b) = u - v + 3 (H. Rademacher and E. Grosswald, "Dedekind Sums", 1972, chapter 4).
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "numbers/isqrt.hpp"
#include "numbers/summatory_divide.hpp"
#include "numbers/summatory_lanes.hpp"
#include "numbers/summatory_rows.hpp"

namespace factorize::numbers {
namespace {

/// So many at once, for one set alone waits for its own results. Of 1, 2, 3 and 4 sets (Zen 5, AVX-512,
/// 10^15): 2.5, 1.9, 1.4 and 1.4 ms.
constexpr std::size_t sets = 3;
constexpr int moves_per_look = 16;

/// Runs of steps found and not yet summed: most moves find none, so those that do only take notes.
///
/// A run of k steps leads by (a, b), gcd(a, b) = k. In row y - j, j = 1..b, lie x + f(j) points of the
/// region, f(j) = floor(j * a / b), less 1 where that is no rounding. With columns = sum of f(j) = (a * b + a
/// - b - k) / 2 (Pick's theorem) and width = b * x + columns, the weighted sum, of (y - j) * (x + f(j)) +
/// triangle(x + f(j)), is
///
///     y * width + x * columns + b * x * (x - b) / 2 + D,  D = sum of triangle(f(j)) - j * f(j).
///
/// Writing D with sums of f(j)^2 and j * f(j), these with Dedekind sums, and those with u - v gives
///
///     12 * D = 2 * a * b * w + (a - b) * (3 * (a - b) - 4) + b + twist,  w = a - 2 * b,
///     twist = k * ((a' - b') * (u - v + 3) + d - c - 3 * (a - b)),  (a', b') = (a, b) / k.
class RunSums {
public:
    static constexpr std::size_t capacity = 1024;

    /// Notes behind `size` others the runs (a, b) of k steps from (x, y) of the lanes chosen; `twist` is
    /// below. Gives the new size.
    FACTORIZE_INLINE std::size_t note(std::size_t size, Mask chosen, Real x, Real y, Real k, Real a, Real b,
                                      Real twist) {
        compress(chosen, x, x_.data() + size);
        compress(chosen, y + k * y_limit, y_.data() + size);
        compress(chosen, a + b * a_limit, run_.data() + size);
        compress(chosen, twist, twist_.data() + size);
        return size + count(chosen);
    }

    /// Adds the rows of the first `size` runs.
    FACTORIZE_TARGET [[gnu::noinline]] void add_to(RowSums& sums, std::size_t size) {
        // One step (1, 1) from (0, 0) with this twist adds nothing.
        for (std::size_t i = size; i % lanes != 0; ++i) {
            x_[i] = 0;
            y_[i] = y_limit;
            run_[i] = 1 + a_limit;
            twist_[i] = 1;
        }
        constexpr std::uint64_t low_half = 0xFFFF'FFFF;
        constexpr std::uint64_t bias = std::uint64_t{1} << 60;
        Int width_low{};
        Int width_high{};
        Int weighted{};
        Int thrice_d{};  // sum of 3 * D
        std::size_t i = 0;
        for (; i < size; i += lanes) {
            const Int x = to_int(load(x_.data() + i));
            const Int yk = to_int(load(y_.data() + i));
            const Int run = to_int(load(run_.data() + i));
            const Int y = yk & (static_cast<std::uint64_t>(y_limit) - 1);
            const Int k = yk / static_cast<std::uint64_t>(y_limit);
            const Int a = run & (static_cast<std::uint64_t>(a_limit) - 1);
            const Int b = run / static_cast<std::uint64_t>(a_limit);
            const Int w = a - b;
            const Int ab = a * b;
            const Int columns = (ab + w - k) >> 1;
            const Int bx = b * x;
            const Int width = bx + columns;
            width_low += width & low_half;
            width_high += width >> 32;
            // b * x * (x - b) / 2: at least one factor is even.
            weighted += y * width + x * columns + (bx >> 1) * (x - b) + ((x - b) >> 1) * (bx & 1);
            const Int rest = w * (3 * w - 4) + b + to_int(load(twist_.data() + i)) + 2 * (ab & 1) * (w - b);
            thrice_d += (ab >> 1) * (w - b) + ((rest + bias) >> 2);
        }
        sums.width += sum(width_low) + (static_cast<Uint128>(sum(width_high)) << 32);
        constexpr std::uint64_t third = 0xAAAA'AAAA'AAAA'AAAB;  // 3 * third = 1 mod 2^64
        sums.weighted += sum(weighted) + (sum(thrice_d) - i * (bias >> 2)) * third;
    }

private:
    static constexpr double a_limit = 0x1p27;
    static constexpr double y_limit = 0x1p33;

    // walk_rows() looks after moves_per_look moves of all walks; compress() writes `lanes` values.
    using Column = std::array<double, capacity + (moves_per_look * sets + 1) * lanes>;
    Column x_;
    Column y_;
    Column run_;
    Column twist_;
};

/// As many walks as lanes, each over rows of its own. Names as above.
class Walks {
public:
    /// Walk i is to add the rows bounds[i + 1] <= y < bounds[i].
    void begin(std::uint64_t n, const std::uint64_t* bounds) {
        for (std::size_t i = 0; i < lanes; ++i) {
            const std::uint64_t y = bounds[i];
            const std::uint64_t x = n / y + 1;
            x_[i] = static_cast<double>(x);
            y_[i] = static_cast<double>(y);
            rows_[i] = static_cast<double>(y - bounds[i + 1]);
            excess_[i] = static_cast<double>(x * y - n);
            const std::uint64_t across = n / (y - 1) - x;
            right_.a[i] = static_cast<double>(across);
        }
        left_ = {Real{} + 1, Real{}, y_};
        right_ = {right_.a, Real{} + 1, right_.a * y_ - x_};
        balance_ = right_.a + 3;
    }

    [[nodiscard]] FACTORIZE_INLINE Real rows_left() const { return rows_; }

    /// One move of each walk that has rows left.
    FACTORIZE_INLINE std::size_t move(RunSums& steps, std::size_t size) {
        const auto [a, b, left_gain] = left_;
        const auto [c, d, right_gain] = right_;
        const Real ab = a * b;
        const Step middle = {a + c, b + d, left_gain + right_gain};
        const Real turn = 2 * b * middle.a + 1;

        const Mask fails = either(less(rows_, b), at_most(excess_ + left_gain, ab));
        const Mask settled = either(less(rows_, middle.b), fails);
        const Mask outside = less(middle.a * middle.b, excess_ + middle.gain);
        const Mask hopeful = less(turn, left_gain);
        const Mask down = except(outside, settled);
        const Mask across = except(except(hopeful, outside), settled);
        const Mask step = except(less(Real{}, rows_), either(fails, either(down, across)));

        // The greatest k with excess + k * left_gain - k^2 * ab > 0 lies below a root, which is computed
        // without cancellation and made smaller by more than its error. Too small a k is no mistake.
        const Mask rises = less(Real{}, left_gain);
        const Real magnitude = select(rises, left_gain, -left_gain);
        const Real root = magnitude + rough_sqrt(left_gain * left_gain + 4 * ab * excess_);
        Real k = select(rises, root, 2 * excess_) * (roughly_inverse(select(rises, 2 * ab, root)) * 0.998);
        k = floor(smaller(k, Real{} + 64));
        k = select(less(rows_, k * b), Real{} + 1, greater(k, Real{} + 1));
        const Real run_a = k * a;
        const Real run_b = k * b;
        const Real kab = k * ab;
        size = steps.note(size, step, x_, y_, k, run_a, run_b,
                          k * ((a - b) * balance_ + ((d - c) - 3 * (run_a - run_b))));
        x_ = select(step, x_ + run_a, x_);
        y_ = select(step, y_ - run_b, y_);
        rows_ = select(step, rows_ - run_b, rows_);
        excess_ = select(step, excess_ + k * (left_gain - kab), excess_);
        const Real l1 = select(step, left_gain - 2 * kab, left_gain);
        const Real r1 = select(step, right_gain - k * (turn - 2 * ab), right_gain);
        const Mask up = either(less(rows_, b), at_most(excess_ + l1, ab));

        const Real q = floor(c / a);
        const Step parent = {c - q * a, d - q * b, r1 - q * l1};
        left_ = choose(down, middle, {a, b, l1});
        left_ = choose(up, {a - parent.a, b - parent.b, l1 - parent.gain}, left_);
        right_ = choose(across, middle, {c, d, r1});
        right_ = choose(up, {a, b, l1}, right_);
        balance_ = select(down, balance_ - 1, balance_);
        balance_ = select(across, balance_ + 1, balance_);
        // up takes back q times across and one down, then goes across.
        balance_ = select(up, balance_ + (2 - q), balance_);
        return size;
    }

private:
    struct Step {
        Real a;
        Real b;
        Real gain;  // a * y - b * x
    };

    FACTORIZE_INLINE static Step choose(Mask mask, const Step& yes, const Step& no) {
        return {select(mask, yes.a, no.a), select(mask, yes.b, no.b), select(mask, yes.gain, no.gain)};
    }

    Real x_;
    Real y_;
    Real rows_;    // left to add
    Real excess_;  // x * y - n
    Step left_;
    Step right_;
    Real balance_;  // u - v + 3
};

/// Adds the rows last < b <= first. @pre last >= 16 * n^(1/3)
FACTORIZE_TARGET [[maybe_unused]] void walk_rows(std::uint64_t n, std::uint64_t first, std::uint64_t last,
                                                 RowSums& sums) {
    // Steps are about as many in every octave of rows.
    constexpr std::size_t walks = sets * lanes;
    std::array<std::uint64_t, walks + 1> bounds;
    const double ratio = static_cast<double>(last + 1) / static_cast<double>(first + 1);
    for (std::size_t i = 0; i <= walks; ++i)
        bounds[i] =
            static_cast<std::uint64_t>(static_cast<double>(first + 1) *
                                       std::pow(ratio, static_cast<double>(i) / static_cast<double>(walks)));
    bounds[0] = first + 1;
    bounds[walks] = last + 1;

    std::array<Walks, sets> all;
    for (std::size_t i = 0; i < sets; ++i) all[i].begin(n, bounds.data() + i * lanes);
    RunSums steps;
    std::size_t size = 0;
    for (;;) {
        for (int i = 0; i < moves_per_look; ++i)
            for (Walks& walk : all) size = walk.move(steps, size);
        if (size > RunSums::capacity) {
            steps.add_to(sums, size);
            size = 0;
        }
        Real left{};
        for (const Walks& walk : all) left += walk.rows_left();
        if (!any(less(Real{}, left))) break;
    }
    steps.add_to(sums, size);
}

FACTORIZE_TARGET [[maybe_unused]] RowSums sum_rows_in_lanes(std::uint64_t n) {
    // A walk finds ~(2n)^(1/3) * ln(r / last) runs of ~3.7 ns each where a division costs ~0.36 ns (Zen 5,
    // AVX-512): the minimum is flat, 10 and 24 are within 10 %. The bounds above rest on it.
    const std::uint64_t r = isqrt(n);
    const auto last = std::min(r, static_cast<std::uint64_t>(16 * std::cbrt(static_cast<double>(n))) + 1);
    RowSums sums;
    if (last < r) walk_rows(n, r, last, sums);
    divide_rows(n, last, sums);
    return sums;
}

}  // namespace
}  // namespace factorize::numbers
