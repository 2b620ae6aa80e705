// The rows summed without vector instructions: the hull is walked by way of the Stern-Brocot tree, whose
// steps also carry the weighted sums.
#include <cmath>
#include <vector>

#include "numbers/isqrt.hpp"
#include "numbers/summatory_rows.hpp"

namespace factorize::numbers {
namespace {

/// 1 + 2 + ... + n mod 2^64: the odd one of n and n + 1 times half the even one, for a product mod 2^64
/// cannot be halved. Without a branch, which would be mispredicted half the time.
std::uint64_t triangle(std::uint64_t n) { return (n | 1) * (n / 2 + n % 2); }

/// A step (right dx, down dy) between two lattice points outside the hyperbola, gcd(dx, dy) = 1, with the
/// sums over the rows it passes. For the j-th row down, j = 1..dy, let f(j) be how many columns, counted from
/// the step's start, lie left of the step: floor(j * dx / dy), but dx - 1 for j = dy, for the end point
/// itself is outside.
struct Step {
    std::uint64_t dx;
    std::uint64_t dy;
    std::uint64_t moment;     ///< sum of j * f(j), mod 2^64
    std::uint64_t triangles;  ///< sum of triangle(f(j)), mod 2^64

    /// sum of f(j): the lattice points below the diagonal of a dx by dy rectangle. The product is even, since
    /// gcd(dx, dy) = 1, and does not wrap: edges of the hull are short, and dx * dy stays below 2^33 for all
    /// n (largest seen: 2^32.0, at n = 2^64 - 2).
    [[nodiscard]] std::uint64_t columns() const { return (dx - 1) * (dy + 1) / 2; }

    /// The two steps in a row, seen as one: no lattice point lies between them and their sum, since
    /// neighbours in the Stern-Brocot tree span a parallelogram of area 1.
    [[nodiscard]] Step then(const Step& next) const {
        const std::uint64_t columns_next = next.columns();
        return {dx + next.dx, dy + next.dy,
                // sum over next's rows of (dy + j) * (dx + f(j))
                moment + dy * (dx * next.dy + columns_next) + dx * triangle(next.dy) + next.moment,
                // triangle(dx + f) = triangle(dx) + dx * f + triangle(f)
                triangles + next.dy * triangle(dx) + dx * columns_next + next.triangles};
    }

    /// Adds the rows y - 1, ..., y - dy, of which this step, taken from (x, y), holds every point of the
    /// region.
    void add_rows(std::uint64_t x, std::uint64_t y, RowSums& sums) const {
        const std::uint64_t width = x * dy + columns();
        sums.width += width;
        sums.weighted += y * width - x * triangle(dy) - moment;         // (y - j) * (x + f(j))
        sums.weighted += dy * triangle(x) + x * columns() + triangles;  // triangle(x + f(j))
    }
};

/// Adds rows r, r - 1, ... by walking along the convex hull of the lattice points outside the hyperbola, one
/// edge at a time; gives the first row not added, at most `last_row`. Each edge is found by a search in the
/// Stern-Brocot tree that starts from the steps left over from the edge before.
std::uint64_t add_rows_by_hull(std::uint64_t n, std::uint64_t r, std::uint64_t last_row, RowSums& sums) {
    std::uint64_t x = n / r;
    std::uint64_t y = n / x + 1;  // = r + 1, outside
    const auto outside = [&](const Step& step) {
        if (step.dy >= y) return false;
        const auto product = static_cast<Uint128>(x + step.dx) * (y - step.dy);
        return product > n;
    };
    // Once the hyperbola, of slope -n / x^2, is no steeper at the end of a step than `left`, steps between
    // the two cannot lead outside any more.
    const auto too_flat = [&](const Step& step, const Step& left) {
        const std::uint64_t end = x + step.dx;
        return static_cast<Uint128>(end) * end * left.dy >= static_cast<Uint128>(n) * left.dx;
    };

    // From flat to steep: neighbours in the tree, all of them once outside.
    std::vector<Step> stack{{1, 0, 0, 0}, {1, 1, 0, 0}};
    for (;;) {
        Step left = stack.back();
        stack.pop_back();
        for (; outside(left); x += left.dx, y -= left.dy) left.add_rows(x, y, sums);
        if (y <= last_row) return y - 1;
        Step right = left;
        for (left = stack.back(); !outside(left); left = stack.back()) {
            right = left;
            stack.pop_back();
        }
        for (;;) {
            const Step middle = left.then(right);
            if (outside(middle)) {
                stack.push_back(left = middle);
            } else {
                if (too_flat(middle, left)) break;
                right = middle;
            }
        }
    }
}

}  // namespace

RowSums sum_rows_portable(std::uint64_t n) {
    const std::uint64_t r = isqrt(n);
    RowSums sums;
    std::uint64_t b = r;
    // One division a row from here on. The walk finds ~(2n)^(1/3) * ln(r / last_row) edges of ~23 ns each
    // where a division costs ~2.3 ns: the minimum is flat around 5 (4 and 8 are within 2 %). Below 15,625,
    // nothing else.
    const auto last_row = static_cast<std::uint64_t>(5 * std::cbrt(static_cast<double>(n)));
    if (r > last_row) b = add_rows_by_hull(n, r, last_row, sums);
    for (; b > 0; --b) {
        const std::uint64_t w = n / b;
        sums.width += w;
        sums.weighted += b * w + triangle(w);
    }
    return sums;
}

}  // namespace factorize::numbers
