// One elliptic curve, whatever the arithmetic: a Field is one modulus or a vector of them, a lane each.
// Only for the files that are compiled for one kind of CPU; nothing here calls the standard library.
#pragma once

#include <cstddef>

#include "numbers/ecm_plan.hpp"

namespace factorize::numbers {

/// H. W. Lenstra's method (Annals of Math. 126, 1987) on P. L. Montgomery's curves (Math. Comp. 48, 1987):
/// points are x : z, and a sum needs the difference. Both stages follow an EcmPlan.
///
/// Field::Element is a residue in Montgomery form; Field::Sum, what add() and subtract() give, may only be
/// multiplied.
template <class Field>
class EcmCurve {
public:
    using Element = typename Field::Element;

    struct Point {
        Element x;
        Element z;
    };

    /// @param curves  for each lane its curve
    EcmCurve(const Field& field, const SuyamaCurve* const* curves) : field_(field) {
        std::uint64_t lane[Field::width];
        const auto load = [&](std::uint64_t SuyamaCurve::*member) {
            for (std::size_t i = 0; i < Field::width; ++i) lane[i] = curves[i]->*member;
            return field_.load(lane);
        };
        p_ = {load(&SuyamaCurve::x), load(&SuyamaCurve::z)};
        numerator_ = load(&SuyamaCurve::numerator);
        denominator_ = load(&SuyamaCurve::denominator);
    }

    /// Multiplies the point; its z is then 0 modulo the primes found.
    const Element& stage_one(const EcmPlan& plan) {
        Point points[3];
        Point* a = &points[0];
        Point* b = &points[1];
        Point* c = &points[2];
        const auto swap = [](Point*& p, Point*& q) {
            Point* const old = p;
            p = q;
            q = old;
        };
        for (std::size_t i = 0; i < plan.step_count; ++i) switch (plan.steps[i]) {
                case ChainStep::double_p:
                    twice(p_, p_);
                    break;
                case ChainStep::begin:
                    *b = p_;
                    *c = p_;
                    twice(*a, p_);
                    break;
                case ChainStep::subtract:
                    sum(*c, *a, *b, *c);
                    swap(b, c);
                    break;
                case ChainStep::halve_both:
                    sum(*b, *a, *b, *c);
                    twice(*a, *a);
                    break;
                case ChainStep::halve_d:
                    sum(*c, *a, *c, *b);
                    twice(*a, *a);
                    break;
                case ChainStep::halve_e:
                    sum(*c, *c, *b, *a);
                    twice(*b, *b);
                    break;
                case ChainStep::swap:
                    swap(a, b);
                    break;
                case ChainStep::end:
                    sum(p_, *a, *b, *c);
                    break;
            }
        return p_.z;
    }

    /// A product that is 0 modulo the primes found by either stage.
    Element stage_two(const EcmPlan& plan) {
        // babies, then giants
        Point points[EcmPlan::max_babies + EcmPlan::max_giants];
        Point* const giants = points + plan.baby_count;
        baby_steps(plan, points, giants[0]);
        if (plan.giant_count > 1) twice(giants[1], giants[0]);
        for (std::size_t i = 2; i < plan.giant_count; ++i)
            sum(giants[i], giants[i - 1], giants[0], giants[i - 2]);
        Element product = to_common_z(points, plan.baby_count + plan.giant_count);
        // Two chains of products, for each must wait for itself.
        Element other = giants[0].x;
        std::size_t i = 0;
        for (; i + 1 < plan.pair_count; i += 2) {
            const StagePair p = plan.pairs[i];
            const StagePair q = plan.pairs[i + 1];
            product = field_.multiply(product, field_.subtract(giants[p.giant].x, points[p.baby].x));
            other = field_.multiply(other, field_.subtract(giants[q.giant].x, points[q.baby].x));
        }
        if (i < plan.pair_count)
            other = field_.multiply(
                other, field_.subtract(giants[plan.pairs[i].giant].x, points[plan.pairs[i].baby].x));
        return field_.multiply(product, other);
    }

private:
    /// out = a + b, where difference = a - b. out may be any of them.
    void sum(Point& out, const Point& a, const Point& b, const Point& difference) const {
        const Element u = field_.multiply(field_.subtract(a.x, a.z), field_.add(b.x, b.z));
        const Element v = field_.multiply(field_.add(a.x, a.z), field_.subtract(b.x, b.z));
        const Element s = field_.square(field_.add(u, v));
        const Element d = field_.square(field_.subtract(u, v));
        const Element x = field_.multiply(s, difference.z);
        out.z = field_.multiply(d, difference.x);
        out.x = x;
    }

    /// out = 2p, both coordinates times the curve's denominator, which saves an inversion a curve.
    void twice(Point& out, const Point& p) const {
        const Element s = field_.square(field_.add(p.x, p.z));
        const Element d = field_.square(field_.subtract(p.x, p.z));
        const auto t = field_.subtract(s, d);
        const Element scaled = field_.multiply(d, denominator_);
        out.x = field_.multiply(s, scaled);
        out.z = field_.multiply(t, field_.subtract(scaled, field_.multiply(t, numerator_)));
    }

    /// out[i] = babies[i] * P, and step = stage_two_step * P.
    void baby_steps(const EcmPlan& plan, Point* out, Point& step) const {
        // The numbers prime to 6 in two progressions of step 6, from 1 and from 5, to just above D / 2.
        Point multiple[EcmPlan::max_step / 2 + 3];
        Point p2, p4, p6;
        Point* const m = multiple;
        m[1] = p_;
        twice(p2, p_);
        twice(p4, p2);
        sum(m[3], p2, p_, p_);
        twice(p6, m[3]);
        sum(m[5], m[3], p2, p_);
        sum(m[7], p6, p_, m[5]);
        sum(m[11], p6, m[5], p_);
        const unsigned half = plan.stage_two_step / 2;
        for (unsigned j = 13; j <= half + 2; j += j % 6 == 1 ? 4 : 2) sum(m[j], m[j - 6], p6, m[j - 12]);
        for (std::size_t i = 0; i < plan.baby_count; ++i) out[i] = m[plan.babies[i]];
        // D is the sum of the two neighbours of D / 2 that are prime to 6.
        if (half % 2 == 1)
            sum(step, m[half + 2], m[half - 2], p4);
        else
            sum(step, m[half + 1], m[half - 1], p2);
    }

    /// Multiplies each x so that all points have the same z, and returns that z: the product of all.
    Element to_common_z(Point* points, std::size_t count) const {
        Element product = points[0].z;
        for (std::size_t i = 1; i < count; ++i) {
            points[i].x = field_.multiply(points[i].x, product);
            product = field_.multiply(product, points[i].z);
        }
        Element after = points[count - 1].z;
        for (std::size_t i = count - 1; i-- > 0;) {
            points[i].x = field_.multiply(points[i].x, after);
            after = field_.multiply(after, points[i].z);
        }
        return product;
    }

    const Field& field_;
    Point p_;
    Element numerator_;
    Element denominator_;
};

}  // namespace factorize::numbers
