// Sorted divisor lists of integers of any size.
#pragma once

#include <functional>

#include "numbers/big/factor.hpp"
#include "numbers/big/integer.hpp"

namespace factorize::numbers::big {

/// Calls `visit` with every divisor d of n with 1 < d < n, ascending.
///
/// @param factorization  of n
/// Cost: memory for the lower half only, d <= sqrt(n) (n / d is the pair): 8 bytes each below 2^124, about 70
/// to 60 digits. So check divisor_count() first; tau(n) can pass 10^10 at 60 digits.
void for_each_divisor(const Integer& n, const Factorization& factorization,
                      const std::function<void(const Integer&)>& visit);

}  // namespace factorize::numbers::big
