#!/usr/bin/env python3
"""Reads result files of factorize: read_factors.py FILE [NUMBER...] (the first five rows without NUMBER).

As a module: `open_result`, `factors_of` for one row, `pieces` for all of them with numpy in bounded memory, `table` for pandas.
"""
import os
import sys

import h5py
import numpy


USAGE, STORAGE = 2, 4  # exit statuses, as factorize has them


def end(status, message):
    """Ends the program with one line on standard error."""
    print(message, file=sys.stderr)
    sys.exit(status)


def check_usage(text, is_right):
    """Prints how the program is called when it is asked to, and ends it when it is called in another way."""
    if sys.argv[1:] in (["-h"], ["--help"]):
        print(text)
        sys.exit()
    if not is_right:
        end(USAGE, text)


def open_result(path):
    """The file, if it is a result that is complete; else this says why not, and ends the program."""
    try:
        file = h5py.File(path, "r")
        status = file.attrs["status"].rstrip(b"\0").decode()
    except (OSError, KeyError, AttributeError) as error:
        reason = os.strerror(error.errno) if getattr(error, "errno", None) else str(error).strip('"')
        end(STORAGE, f"{path} is no result of factorize: {reason}")
    if status == "partial":
        end(STORAGE, f"{path} is not complete: see factorize info; go on with factorize run --resume")
    return file


def is_half(file):
    """True for --store half: only the d <= sqrt(n) are there; n // d is the other one of each pair."""
    return file["factors"].dtype == numpy.uint32


def factors_of(file, row):
    """All d with 1 < d < n of the number in that row, ascending."""
    start, count = file["offsets"][row], file["counts"][row]
    factors = file["factors"][start : start + count].tolist()
    if not is_half(file):
        return factors
    n = int(file["numbers"][row])
    return factors + [n // d for d in reversed(factors) if d * d != n]


def pieces(file, rows=1 << 18):
    """Yields (numbers, counts, factors), `rows` rows at a time: factors is flat, counts says how many belong to each."""
    numbers, counts, offsets = (file[name] for name in ("numbers", "counts", "offsets"))
    for first in range(0, numbers.size, rows):
        piece = slice(first, first + rows)
        start, count = offsets[piece], counts[piece]
        yield numbers[piece], count, file["factors"][start[0] : start[-1] + count[-1]]


def row_sums(values, counts):
    """The sum of each row of a flat array."""
    ends = numpy.cumsum(counts, dtype=numpy.int64)
    sums = numpy.concatenate([[0], numpy.cumsum(values, dtype=numpy.uint64)]).astype(numpy.uint64)
    return sums[ends] - sums[ends - counts]


def proper_divisor_sums(file):
    """Yields (numbers, the sum of all d < n that divide n), a piece at a time; exact for n < 2^61."""
    for numbers, counts, factors in pieces(file):
        sums = row_sums(factors, counts)
        if is_half(file):
            of = numpy.repeat(numbers, counts)
            other = of // factors
            sums += row_sums(numpy.where(other == factors, 0, other), counts)
        yield numbers, sums + (numbers > 1)  # 1 divides too


def table(file, first=0, rows=None):
    """A pandas table of rows first, first + 1, ...: one line a factor, with its number; bring memory for it."""
    import pandas

    piece = slice(first, None if rows is None else first + rows)
    numbers, counts, offsets = (file[name][piece] for name in ("numbers", "counts", "offsets"))
    if numbers.size == 0:
        return pandas.DataFrame({"number": [], "factor": []})
    factors = file["factors"][offsets[0] : offsets[-1] + counts[-1]]
    return pandas.DataFrame({"number": numpy.repeat(numbers, counts), "factor": factors})


def rows_of(file, wanted):
    numbers = file["numbers"][:]
    for n in wanted:
        rows = numpy.flatnonzero(numbers == numpy.uint64(n))
        if not rows.size:
            end(USAGE, f"{n} is not in {file.filename}")
        yield rows[0]


def main():
    check_usage(__doc__, len(sys.argv) >= 2)
    for word in sys.argv[2:]:
        if not (word.isdecimal() and 0 < int(word) < 1 << 64):
            end(USAGE, f"'{word}' is not an integer from 1 to 2^64 - 1")
    wanted = [int(word) for word in sys.argv[2:]]
    with open_result(sys.argv[1]) as file:
        print(f"{file['numbers'].size} numbers, {file['factors'].size} factors")
        for row in rows_of(file, wanted) if wanted else range(min(5, file["numbers"].size)):
            print(f"{file['numbers'][row]}: {factors_of(file, row)}")


if __name__ == "__main__":
    main()
