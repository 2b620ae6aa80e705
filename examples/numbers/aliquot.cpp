// Prints the aliquot sequence of a number, each term the sum of the divisors below the one before: aliquot
// 276 [TERMS]
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <vector>

#include <numbers/divisors.hpp>

int main(int argc, char** argv) {
    if (argc < 2) {
        std::cerr << "usage: aliquot NUMBER [TERMS]\n";
        return 2;
    }
    std::uint64_t n = std::strtoull(argv[1], nullptr, 10);
    const long terms = argc > 2 ? std::atol(argv[2]) : 20;
    for (long i = 0; i < terms && n > 1; ++i) {
        std::cout << n << '\n';
        std::uint64_t sum = 1;
        for (const std::uint64_t d : factorize::numbers::factors_of(n)) sum += d;
        n = sum;
    }
}
