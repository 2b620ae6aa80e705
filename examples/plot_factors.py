#!/usr/bin/env python3
"""Draws what a result file holds: plot_factors.py FILE [PNG] (factors.png without a name)

Left: how many numbers have how many divisors. Right: how the abundance, sum of divisors by number, is distributed.
Prints the numbers with the most divisors. Exact below 2^61; memory does not grow with the file.
"""
import collections
import heapq
import sys

import matplotlib
import numpy

matplotlib.use("Agg")  # no display needed
import matplotlib.pyplot as pyplot

from read_factors import STORAGE, check_usage, end, is_half, open_result, pieces, proper_divisor_sums

BINS = numpy.linspace(1, 5, 401)


def divisor_counts(file):
    """Yields (numbers, how many divisors each has, 1 and n among them), a piece at a time."""
    for numbers, counts, factors in pieces(file):
        divisors = counts.astype(numpy.int64) + 1 + (numbers > 1)
        if is_half(file) and factors.size:
            last = numpy.append(factors, 1)[numpy.cumsum(counts, dtype=numpy.int64) - (counts > 0)].astype(numpy.uint64)
            is_square = (counts > 0) & (last * last == numbers)
            divisors += counts - is_square
        yield numbers, divisors


def main():
    check_usage(__doc__, len(sys.argv) in (2, 3))
    by_count = collections.Counter()
    most = []  # (divisors, -number): the smallest of equals first
    abundances = numpy.zeros(BINS.size - 1, numpy.int64)
    with open_result(sys.argv[1]) as file:
        for numbers, divisors in divisor_counts(file):
            by_count.update(dict(zip(*(column.tolist() for column in numpy.unique(divisors, return_counts=True)))))
            top = numpy.lexsort((numbers, -divisors))[:5]
            most = heapq.nlargest(5, {*most, *((int(divisors[i]), -int(numbers[i])) for i in top)})
        for numbers, sums in proper_divisor_sums(file):
            abundances += numpy.histogram(sums / numbers + 1, BINS)[0]
        job = file.attrs["job"].rstrip(b"\0").decode()

    for divisors, number in most:
        print(f"{-number} has {divisors} divisors")

    figure, (left, right) = pyplot.subplots(1, 2, figsize=(12, 4.5), constrained_layout=True)
    figure.suptitle(f"{sum(by_count.values()):,} numbers: {job if len(job) < 60 else job[:60] + '...'}")
    left.loglog(*zip(*sorted(by_count.items())), ".", markersize=4)
    left.set(xlabel="divisors", ylabel="numbers that have so many")
    right.fill_between(BINS[:-1], abundances, step="post")
    right.set_yscale("log")
    right.axvline(2, color="black", linewidth=0.8)
    right.text(2.02, abundances.max(), "abundant", verticalalignment="top")
    right.set(xlabel="sum of divisors / number", ylabel="numbers", xlim=(1, 4), ylim=(1, None))
    for axes in left, right:
        axes.spines[["top", "right"]].set_visible(False)
    output = sys.argv[2] if len(sys.argv) == 3 else "factors.png"
    try:
        figure.savefig(output, dpi=120)
    except (OSError, ValueError) as error:  # no such directory; no such format
        end(STORAGE, f"cannot draw in {output}: {error}")
    print(f"drawn in {output}")


if __name__ == "__main__":
    main()
