// 64-bit integers that break careless primality tests, factorisers, square roots and sieves.
#pragma once

#include <cstdint>

namespace factorize::nasty {

/// psi(k), the smallest composites that pass the strong test to the first k primes (OEIS A014233), and
/// others.
inline constexpr std::uint64_t strong_pseudoprimes[] = {
    2047,
    1'373'653,
    25'326'001,
    3'215'031'751,
    2'152'302'898'747,
    3'474'749'660'383,
    341'550'071'728'321,
    3'825'123'056'546'413'051,
    4'759'123'141,      // to 2, 7 and 61
    1'122'004'669'633,  // to 2, 13, 23 and 1662803
    3277,
    4033,
    4681,
    8321,
    15'841,
    29'341,
    42'799,
    49'141,
    52'633,
};

/// Strong Lucas pseudoprimes with Selfridge's parameters (OEIS A217255).
inline constexpr std::uint64_t strong_lucas_pseudoprimes[] = {5459,   5777,   10'877, 16'109,
                                                              18'971, 22'499, 24'569, 25'199};

/// Composites that pass Fermat's test to every coprime base (OEIS A002997), the large ones products
/// (6k + 1)(12k + 1)(18k + 1) of three primes (Chernick).
inline constexpr std::uint64_t carmichael_numbers[] = {
    561,
    1105,
    1729,
    2465,
    2821,
    6601,
    8911,
    10'585,
    15'841,
    29'341,
    41'041,
    46'657,
    52'633,
    62'745,
    63'973,
    75'361,
    294'409,
    56'052'361,
    118'901'521,
    172'947'529,
    216'821'881,
    228'842'209,
    18'404'023'255'395'111'361U,
    1'299'963'601,
    2'301'745'249,
    9'624'742'921,
    11'346'205'609,
};

inline constexpr std::uint64_t primes[] = {
    2, 3, 5, 7, 11, 13, 251, 257, 65'521, 65'537,
    4'294'967'291,  // 2^32 - 5, the largest below 2^32
    4'294'967'311,  // 2^32 + 15, the smallest above
    1'000'000'000'039, 1'000'000'000'000'037, 1'000'000'000'000'000'003,
    2'305'843'009'213'693'951,  // 2^61 - 1
    9'223'372'036'854'775'783,  // 2^63 - 25
    // is_prime_bpsw reduces some product with these in two steps, which is rare (PARI proved them).
    4'618'425'345'789'945'517, 4'679'442'156'427'409'383, 4'704'093'323'431'448'599,
    4'752'507'564'509'347'889, 10'101'763'718'041'055'147U, 10'250'246'608'599'809'813U,
    10'283'385'088'828'265'423U, 10'377'271'960'694'629'439U,
    18'446'744'073'709'551'533U,  // 2^64 - 83
    18'446'744'073'709'551'557U,  // 2^64 - 59, the largest below 2^64
};

/// Powers, products of close primes, and whatever else fits no list above. None is prime.
inline constexpr std::uint64_t composites[] = {
    18'446'744'030'759'878'681U,  // 4294967291^2, the largest square of a prime
    18'446'743'979'220'271'189U,  // 4294967279 * 4294967291, the two largest primes below 2^32
    18'446'744'065'119'617'025U,  // (2^32 - 1)^2, the largest square
    18'446'744'073'709'551'615U,  // 2^64 - 1 = 3 * 5 * 17 * 257 * 641 * 65537 * 6700417
    18'446'744'073'709'551'614U,
    18'446'744'073'709'551'556U,
    9'223'372'036'854'775'808U,   // 2^63
    12'157'665'459'056'928'801U,  // 3^40
    7'450'580'596'923'828'125U,   // 5^27
    18'446'724'184'312'856'125U,  // 2642245^3, the largest cube
    18'446'598'518'342'697'919U,  // 2642239^3, the largest cube of a prime
    17'846'329'447'096'752'113U,  // 257^7 * 241: every prime next to a trial division's bound
    15'753'961'211'814'252'001U,  // 251^8
    4'295'098'369U,               // 65537^2
    4'294'967'296U,
    4'294'967'297U,  // 2^32 + 1 = 641 * 6700417
    4'294'967'295U,
    1'000'000'016'000'000'063U,  // 1000000007 * 1000000009
    66'049U,                     // 257^2, the first square a trial division by the primes below 256 misses
    16'974'593U,                 // 257^3
};

/// More divisors than any smaller number (OEIS A002182), and how many; the last one has the most below 2^64.
struct HighlyComposite {
    std::uint64_t number;
    std::uint32_t divisors;
};
inline constexpr HighlyComposite highly_composite[] = {
    {12, 6},
    {720'720, 240},
    {735'134'400, 1344},
    {963'761'198'400, 6720},
    {866'421'317'361'600, 26'880},
    {897'612'484'786'617'600, 103'680},
};

}  // namespace factorize::nasty
