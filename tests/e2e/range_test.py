"""factorize run --range: right by PARI, and the same for every number of ranks."""
import unittest

import h5py
import numpy

import support
from support import divisors, factorize, half

TOP = range(2**64 - 200, 2**64)
DEMO = range(10_000_000, 10_001_001)


def as_range(numbers):
    return f"{numbers[0]}:{numbers[-1]}"


class EveryNumberOfRanks(support.TestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.files = {ranks: cls.make(f"{ranks}.h5", "--range", as_range(DEMO), ranks=ranks)
                     for ranks in (1, 2, 4, 5, 7, 8)}
        cls.files["no mpirun"] = cls.make("alone.h5", "--range", as_range(DEMO))

    def test_gives_what_pari_gives(self):
        self.assert_holds(self.files[8], DEMO, divisors(DEMO))

    def test_gives_the_same_datasets(self):
        for ranks, file in self.files.items():
            with self.subTest(ranks=ranks):
                self.assert_same_datasets(self.files[1], file)

    def test_leaves_the_file_alone(self):
        """No temporary file, journal or lock stays behind."""
        self.assertEqual({path.name for path in self.directory.iterdir()},
                         {path.name for path in self.files.values()})

    def test_leaves_a_file_that_says_what_it_is(self):
        with h5py.File(self.files[8], "r") as file:
            for name in ("format", "format_version", "definition", "job", "status"):
                self.assertIn(name, file.attrs)
            self.assertEqual(file["generation"][0], 1)
            for name in support.DATASETS:
                self.assertTrue(support.as_text(file[name].attrs["long_name"]))
            self.assertFalse(file["failures"]["attempts"].any())
            self.assertEqual(sum(file["blocks"]["rows"]), len(DEMO))
            self.assertEqual(sum(file["blocks"]["factors"]), file["factors"].size)

    def test_on_several_ranks_shares_the_work(self):
        with h5py.File(self.files[8], "r") as file:
            self.assertTrue(set(file["blocks"]["rank"]) <= set(range(1, 8)))
            self.assertGreater(len(set(file["blocks"]["rank"])), 1)


class ManyBlocks(support.TestCase):
    def test_1_to_200000_on_any_ranks(self):
        numbers = range(1, 200_001)
        file = self.make("1.h5", "--range", as_range(numbers), ranks=1)
        self.assert_holds(file, numbers, divisors(numbers))
        for ranks in (2, 5, 8):
            with self.subTest(ranks=ranks):
                self.assert_same_datasets(file, self.make(f"{ranks}.h5", "--range", as_range(numbers), ranks=ranks))

    def test_a_sample_at_1e12(self):
        numbers = range(10**12, 10**12 + 1_000_001)
        file = self.make("1e12.h5", "--range", as_range(numbers), ranks=4)
        self.assert_sample(file, numbers, 1000)


class Borders(support.TestCase):
    def test_the_top_of_64_bits(self):
        lists = divisors(TOP)
        file = self.make("full.h5", "--range", as_range(TOP), ranks=4)
        self.assert_holds(file, TOP, lists)
        self.assert_same_datasets(file, self.make("seven.h5", "--range", as_range(TOP), ranks=7))
        file = self.make("half.h5", "--range", as_range(TOP), "--store", "half", ranks=4)
        self.assert_holds(file, TOP, list(map(half, TOP, lists)), numpy.uint32)

    def test_one_number(self):
        for n in (1, 2, 4, 5, 2**32, 2**64 - 1):
            with self.subTest(n=n):
                self.assert_holds(self.make(f"{n}.h5", "--range", f"{n}:{n}"), [n], divisors([n]))

    def test_no_factor_at_all(self):
        self.assert_holds(self.make("five.h5", "--range", "5:5", ranks=2), [5], [[]])
        self.assert_holds(self.make("three.h5", "--range", "1:3", "--store", "half", ranks=4), [1, 2, 3], [[]] * 3,
                          numpy.uint32)


class SeveralRanges(support.TestCase):
    RANGES = (range(1, 51), range(51, 60), range(4_294_967_000, 4_294_967_600), range(10**18, 10**18 + 40))
    NUMBERS = [n for numbers in RANGES for n in numbers]
    OPTIONS = [word for numbers in RANGES for word in ("--range", as_range(numbers))]

    def test_follow_each_other_in_one_file(self):
        lists = divisors(self.NUMBERS)
        file = self.make("1.h5", *self.OPTIONS, ranks=1)
        self.assert_holds(file, self.NUMBERS, lists)
        self.assert_same_datasets(file, self.make("5.h5", *self.OPTIONS, ranks=5))

    def test_half(self):
        lists = list(map(half, self.NUMBERS, divisors(self.NUMBERS)))
        file = self.make("half1.h5", *self.OPTIONS, "--store", "half", ranks=1)
        self.assert_holds(file, self.NUMBERS, lists, numpy.uint32)
        self.assert_same_datasets(file, self.make("half5.h5", *self.OPTIONS, "--store", "half", ranks=5))


class Overwrite(support.TestCase):
    def test_replaces_the_file(self):
        file = self.make("out.h5", "--range", "1:10")
        self.make("out.h5", "--range", "20:30", "--overwrite", ranks=2)
        self.assert_holds(file, range(20, 31), divisors(range(20, 31)))


class Summary(support.TestCase):
    def test_names_the_numbers_once(self):
        done = factorize("run", "--range", "1:1001", "--output", self.directory / "out.h5", ranks=3)
        self.assertEqual(done.returncode, 0)
        said = (done.stdout + done.stderr).replace(",", "")
        self.assertIn("1001", said)
        self.assertIn("numbers/s", said)


if __name__ == "__main__":
    unittest.main(verbosity=2)
