#include "numbers/divisors.hpp"

#include <cstddef>
#include <stdexcept>

#include "numbers/divisor_expander.hpp"
#include "numbers/factor.hpp"

namespace factorize::numbers {
namespace {

DivisorExpander& expander() {
    thread_local DivisorExpander of_this_thread;
    return of_this_thread;
}

}  // namespace

void append_divisors(const Factorization& n, std::vector<std::uint64_t>& out) {
    const DivisorRecipe recipe(n);
    const std::size_t before = out.size();
    out.resize(before + full_list_size(recipe.divisor_count));
    expander().expand({&recipe, 1}, out.data() + before);
}

void append_divisors(const Factorization& n, std::vector<std::uint32_t>& out) {
    const DivisorRecipe recipe(n);
    const std::size_t before = out.size();
    out.resize(before + half_list_size(recipe.divisor_count));
    expander().expand({&recipe, 1}, out.data() + before);
}

std::vector<std::uint64_t> factors_of(std::uint64_t n) {
    if (n == 0) throw std::domain_error("0 is divided by every number: it has no finite list of factors");
    std::vector<std::uint64_t> out;
    append_divisors(factor(n), out);
    return out;
}

}  // namespace factorize::numbers
