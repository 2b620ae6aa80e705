// FLINT as a filter, for peers.sh: numbers below 2^64 in, lines as GNU factor prints them out.

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <vector>

#include <flint/flint.h>
#include <flint/ulong_extras.h>

int main() {
    std::vector<mp_limb_t> primes;
    for (mp_limb_t n = 0; std::scanf("%lu", &n) == 1;) {
        n_factor_t found;
        n_factor_init(&found);
        n_factor(&found, n, 1);  // 1: every prime is proved one
        primes.clear();
        for (int i = 0; i < found.num; ++i)
            primes.insert(primes.end(), static_cast<std::size_t>(found.exp[i]), found.p[i]);
        std::sort(primes.begin(), primes.end());
        std::printf("%lu:", n);
        for (const mp_limb_t prime : primes) std::printf(" %lu", prime);
        std::printf("\n");
    }
    return std::feof(stdin) != 0 ? 0 : 1;
}
