#include "numbers/big/divisors.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace factorize::numbers::big {
namespace {

/// Every divisor d with d * d <= n, 1 included, ascending.
std::vector<Integer> lower_divisors(const Integer& n, const Factorization& factorization) {
    const Integer root = n.square_root();
    std::vector<Integer> divisors(1, Integer(1));
    for (const PrimePower& power : factorization) {
        // Those with p^k are those with p^(k-1) times p. What passes the root has no multiple below it.
        std::size_t begin = 0;
        std::size_t end = divisors.size();
        for (std::uint64_t k = 1; k <= power.exponent && begin < end; ++k) {
            for (std::size_t i = begin; i < end; ++i) {
                Integer product = divisors[i] * power.prime;
                if (product <= root) divisors.push_back(std::move(product));
            }
            begin = end;
            end = divisors.size();
        }
    }
    std::sort(divisors.begin(), divisors.end());
    return divisors;
}

}  // namespace

void for_each_divisor(const Integer& n, const Factorization& factorization,
                      const std::function<void(const Integer&)>& visit) {
    const std::vector<Integer> lower = lower_divisors(n, factorization);
    for (std::size_t i = 1; i < lower.size(); ++i) visit(lower[i]);
    for (std::size_t i = lower.size() - 1; i > 0; --i) {
        const Integer upper = n.divided_by(lower[i]);
        if (upper != lower[i]) visit(upper);
    }
}

}  // namespace factorize::numbers::big
