"""What the end-to-end tests share: the programs under mpirun, PARI as the arithmetic, h5py as the reader."""
import itertools
import os
import pathlib
import random
import shutil
import tempfile
import unittest

import h5py
import numpy

from programs import run

# ctest sets these, and what Open MPI needs to run as root and on few cores.
FACTORIZE, FACTORS, MPIRUN = (os.environ[name] for name in ("FACTORIZE", "FACTORS", "MPIRUN"))
EXAMPLES = pathlib.Path(__file__).parents[2] / "examples"
DATASETS = ("numbers", "counts", "offsets", "factors")


def factorize(*arguments, ranks=None, **options):
    """factorize ARGUMENTS, under mpirun when ranks are given."""
    launcher = [MPIRUN, "-np", ranks] if ranks else []
    return run([*launcher, FACTORIZE, *arguments], **options)


def divisors(numbers):
    """PARI's list of all d with 1 < d < n, for each n of the iterable, as one list of lists."""
    numbers = list(numbers)
    with tempfile.NamedTemporaryFile("w", suffix=".gp") as script:
        script.writelines(f"print(divisors({n}));\n" for n in numbers)
        script.flush()
        answer = run(["gp", "-q", "-f", "-s", "256M", script.name])
    lines = answer.stdout.splitlines()
    if answer.returncode or answer.stderr.strip() or len(lines) != len(numbers):
        raise RuntimeError(f"gp failed: {answer.stderr[:500]}")
    return [[int(word) for word in line.strip("[]").split(",")][1:-1] for line in lines]


def half(n, factors):
    """What --store half keeps of them."""
    return [d for d in factors if d * d <= n]


class TestCase(unittest.TestCase):
    """With a directory of its own class, `self.directory`, gone afterwards."""

    @classmethod
    def setUpClass(cls):
        cls.directory = pathlib.Path(tempfile.mkdtemp(prefix="factorize-e2e-"))
        cls.addClassCleanup(shutil.rmtree, cls.directory, ignore_errors=True)

    @classmethod
    def make(cls, name, *arguments, ranks=None, **options):
        """A result file made by `factorize run`, which must succeed."""
        path = cls.directory / name
        done = factorize("run", *arguments, "--output", path, ranks=ranks, **options)
        if done.returncode:
            raise AssertionError(f"factorize run {arguments} on {ranks} ranks: status {done.returncode}\n"
                                 f"{done.stdout}{done.stderr}")
        return path

    def assert_holds(self, path, numbers, lists, dtype=numpy.int64):
        """The file is complete and its rows are exactly these numbers with these lists, in this order."""
        with h5py.File(path, "r") as file:
            self.assertEqual(as_text(file.attrs["status"]), "complete")
            self.assertEqual([file[name].dtype for name in DATASETS],
                             [numpy.uint64, numpy.uint32, numpy.int64, dtype])
            counts = [len(one) for one in lists]
            expected = {
                "numbers": numpy.array(numbers, numpy.uint64),
                "counts": numpy.array(counts, numpy.uint32),
                "offsets": numpy.array([0, *itertools.accumulate(counts)][:-1], numpy.int64),
                "factors": numpy.fromiter(itertools.chain.from_iterable(lists), dtype),
            }
            for name in DATASETS:
                self.assertEqual(file[name].shape, expected[name].shape, name)
                wrong = numpy.flatnonzero(file[name][:] != expected[name])
                self.assertEqual(wrong.size, 0, f"{name} differs first at {wrong[:1]}")

    def assert_sample(self, path, numbers, size):
        """The rows are these numbers; PARI gives the lists of `size` of them, drawn at random."""
        with h5py.File(path, "r") as file:
            self.assertTrue(numpy.array_equal(file["numbers"][:], numpy.array(numbers, numpy.uint64)))
            offsets, counts = file["offsets"][:].tolist(), file["counts"][:].tolist()
            seed = random.randrange(2**32)
            print(f"sample of {path.name}: seed {seed}")
            rows = sorted(random.Random(seed).sample(range(len(numbers)), size))
            for row, expected in zip(rows, divisors(numbers[row] for row in rows)):
                found = file["factors"][offsets[row] : offsets[row] + counts[row]].tolist()
                self.assertEqual(found, expected, numbers[row])

    def assert_same_datasets(self, one, other):
        for name in DATASETS:
            diff = run(["h5diff", one, other, f"/{name}"])
            self.assertEqual(diff.returncode, 0, f"{name}: {diff.stdout}{diff.stderr}")


def as_text(attribute):
    return attribute.decode() if isinstance(attribute, bytes) else str(attribute)
