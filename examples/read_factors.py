#!/usr/bin/env python3
"""Prints rows of a result file of factorize: read_factors.py FILE [NUMBER...] (the first five without NUMBER)."""
import sys

import h5py
import numpy


def factors_of(file, row):
    """All d with 1 < d < n of the number in that row, ascending."""
    start, count = file["offsets"][row], file["counts"][row]
    factors = file["factors"][start : start + count]
    if factors.dtype != numpy.uint32:
        return factors.tolist()
    n, small = int(file["numbers"][row]), factors.tolist()  # --store half: only d <= sqrt(n)
    return small + [n // d for d in reversed(small) if d * d != n]


def rows_of(file, wanted):
    numbers = file["numbers"][:]
    for n in wanted:
        rows = numpy.flatnonzero(numbers == numpy.uint64(n))
        if not rows.size:
            sys.exit(f"read_factors.py: {n} is not in {file.filename}")
        yield rows[0]


if len(sys.argv) < 2:
    sys.exit(__doc__)
with h5py.File(sys.argv[1], "r") as file:
    wanted = [int(word) for word in sys.argv[2:]]
    print(f"{file['numbers'].size} numbers, {file['factors'].size} factors")
    for row in rows_of(file, wanted) if wanted else range(min(5, file["numbers"].size)):
        print(f"{file['numbers'][row]}: {factors_of(file, row)}")
