"""The same job as one would write it in Python: mpi4py.futures hands out the numbers, sympy lists, h5py stores.

mpirun -np 3 python3 -m mpi4py.futures sympy_mpi_h5py.py FIRST LAST OUTPUT
"""
import sys

import h5py
import numpy
import sympy
from mpi4py.futures import MPIPoolExecutor

NUMBERS_A_TASK = 256  # some 50 ms


def factors_of(task):
    lists = [sympy.divisors(n)[1:-1] for n in task]
    return [len(factors) for factors in lists], numpy.array([d for factors in lists for d in factors], numpy.int64)


def main(first, last, output):
    tasks = [range(n, min(n + NUMBERS_A_TASK, last + 1)) for n in range(first, last + 1, NUMBERS_A_TASK)]
    counts, factors = [], []
    with MPIPoolExecutor() as pool:
        for counts_of_task, factors_of_task in pool.map(factors_of, tasks):
            counts += counts_of_task
            factors.append(factors_of_task)
    with h5py.File(output, "w") as file:
        for name, values in (("numbers", numpy.arange(first, last + 1, dtype=numpy.uint64)),
                             ("counts", numpy.array(counts, numpy.uint32)), ("factors", numpy.concatenate(factors))):
            file.create_dataset(name, data=values, chunks=(min(len(values), 1 << 14),), compression="gzip",
                                compression_opts=1, shuffle=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
