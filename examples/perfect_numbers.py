#!/usr/bin/env python3
"""Finds the perfect, amicable and abundant numbers among the rows of a result file: perfect_numbers.py FILE

A number is perfect when its divisors below it add up to it, abundant when they add up to more; two are amicable when
each is the sum of the other one's. Exact below 2^61; holds 16 bytes a row in memory.
"""
import sys

import numpy

from read_factors import USAGE, check_usage, end, open_result, proper_divisor_sums


def amicable_pairs(numbers, sums):
    """[(a, b)] with a < b, each the sum of the other one's divisors; numbers ascending."""
    candidates = numpy.flatnonzero((sums > numbers) & (sums <= numbers[-1]))  # a is the abundant one
    partners = numpy.searchsorted(numbers, sums[candidates])
    found = (numbers[partners] == sums[candidates]) & (sums[partners] == numbers[candidates])
    return [(int(numbers[a]), int(numbers[b])) for a, b in zip(candidates[found], partners[found])]


def main():
    check_usage(__doc__, len(sys.argv) == 2)
    with open_result(sys.argv[1]) as file:
        numbers, sums = (numpy.concatenate(column) for column in zip(*proper_divisor_sums(file)))
    if numbers.max() >= 1 << 61:
        end(USAGE, f"{sys.argv[1]} holds numbers from 2^61 on: the sums of their divisors may exceed 64 bits")
    numbers, first_rows = numpy.unique(numbers, return_index=True)  # a list may have any order and repeat itself
    sums = sums[first_rows]
    perfect = numbers[(sums == numbers) & (numbers > 1)].tolist()
    abundant = numbers[sums > numbers]
    print(f"perfect:  {', '.join(map(str, perfect)) or 'none'}")
    pairs = amicable_pairs(numbers, sums)
    print(f"amicable: {len(pairs)} pairs" + "".join(f"\n  {a} {b}" for a, b in pairs[:20]) + "\n  ..." * (len(pairs) > 20))
    print(f"abundant: {abundant.size} of {numbers.size} ({100 * abundant.size / numbers.size:.3f} %)"
          + (f", the first {abundant[0]}" if abundant.size else ""))


if __name__ == "__main__":
    main()
