#include "numbers/divisor_table.hpp"

namespace factorize::numbers {

const DivisorTable& DivisorTable::get() {
    static const DivisorTable table;
    return table;
}

DivisorTable::DivisorTable() : lists_(size) {
    // What is left of each number when its smooth primes are divided out: 1 for the smooth ones.
    std::vector<std::uint16_t> rest(size);
    for (std::size_t m = 1; m < size; ++m) rest[m] = static_cast<std::uint16_t>(m);
    for (std::size_t d = 2; d <= largest_prime; ++d)
        for (std::size_t m = d; m < size; m += d)
            while (rest[m] % d == 0) rest[m] = static_cast<std::uint16_t>(rest[m] / d);

    const auto for_each_pair = [&](auto visit) {  // a smooth number has smooth divisors only
        for (std::size_t d = 1; d < size; ++d)
            if (rest[d] == 1)
                for (std::size_t m = d; m < size; m += d)
                    if (rest[m] == 1) visit(d, lists_[m]);
    };
    for_each_pair([](std::size_t, List& list) { ++list.size; });
    std::uint32_t total = 0;
    for (List& list : lists_) {
        list.begin = total;
        total += list.size;
        list.size = 0;
    }
    divisors_.resize(total);
    for_each_pair([&](std::size_t d, List& list) {
        divisors_[list.begin + list.size++] = static_cast<std::uint16_t>(d);
    });
}

}  // namespace factorize::numbers
