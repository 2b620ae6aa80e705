"""factorize run --input: any numbers in any order, row i is input i."""
import random
import unittest

import h5py
import numpy

import support
from support import divisors, factorize, half


class AList(support.TestCase):
    """Numbers of every size, duplicates, the hardest and the richest; several a line, blank lines between."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        seed = random.randrange(2**32)
        print(f"list: seed {seed}")
        draw = random.Random(seed)
        cls.numbers = [draw.getrandbits(draw.randint(1, 64)) or 1 for _ in range(4000)]
        cls.numbers += draw.choices(cls.numbers, k=500)
        cls.numbers += [1, 2, 2**64 - 1, 2**64 - 59, 4294967291**2, 4294967291 * 4294967279, 2**63,
                        897612484786617600]
        draw.shuffle(cls.numbers)
        cls.text = "".join(f"{n}{draw.choice([' ', chr(10), chr(9), chr(10) * 2, chr(13) + chr(10)])}"
                           for n in cls.numbers)
        cls.input = cls.directory / "numbers.txt"
        cls.input.write_text(cls.text)
        cls.lists = divisors(cls.numbers)
        cls.file = cls.make("2.h5", "--input", cls.input, ranks=2)

    def test_is_right_and_in_input_order(self):
        self.assert_holds(self.file, self.numbers, self.lists)

    def test_is_the_same_for_every_number_of_ranks(self):
        for ranks in (1, 5):
            with self.subTest(ranks=ranks):
                self.assert_same_datasets(self.file, self.make(f"{ranks}.h5", "--input", self.input, ranks=ranks))

    def test_is_the_same_from_standard_input(self):
        self.assert_same_datasets(self.file,
                                  self.make("mpi.h5", "--input", "-", ranks=4, input=self.text))
        self.assert_same_datasets(self.file, self.make("alone.h5", "--input", "-", input=self.text))

    def test_half(self):
        file = self.make("half.h5", "--input", self.input, "--store", "half", ranks=5)
        self.assert_holds(file, self.numbers, list(map(half, self.numbers, self.lists)), numpy.uint32)

    def test_leaves_the_file_alone(self):
        self.make("left.h5", "--input", self.input, ranks=2)
        self.assertEqual([path.name for path in self.directory.glob("left.h5*")], ["left.h5"])


class ALongList(support.TestCase):
    def test_of_100000_numbers_with_duplicates(self):
        seed = random.randrange(2**32)
        print(f"long list: seed {seed}")
        draw = random.Random(seed)
        numbers = [draw.getrandbits(draw.randint(1, 64)) or 1 for _ in range(90_000)]
        numbers += draw.choices(numbers, k=10_000)
        draw.shuffle(numbers)
        text = "\n".join(map(str, numbers))
        files = [self.make(f"{ranks}.h5", "--input", "-", ranks=ranks, input=text) for ranks in (2, 5)]
        self.assert_same_datasets(*files)
        self.assert_sample(files[0], numbers, 1000)


class AShortList(support.TestCase):
    def test_of_one_number_with_and_without_factors(self):
        for text, lists in (("12\n", [[2, 3, 4, 6]]), ("5", [[]]), ("1", [[]])):
            with self.subTest(text=text):
                file = self.make(f"{text.strip()}.h5", "--input", "-", ranks=4, input=text)
                self.assert_holds(file, [int(text)], lists)

    def test_skips_and_counts_what_is_no_number(self):
        done = factorize("run", "--input", "-", "--skip-invalid", "--output", self.directory / "out.h5",
                         input="12 x 15\n0\n-4 18446744073709551616 7\n")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout + done.stderr, r"\b4\b")
        self.assert_holds(self.directory / "out.h5", [12, 15, 7], [[2, 3, 4, 6], [3, 5], []])

    def test_the_test_numbers(self):
        path = self.make("test.h5", "--input", support.EXAMPLES / "test_numbers.txt", ranks=3)
        with h5py.File(path, "r") as file:
            numbers = file["numbers"][:].tolist()
        self.assertEqual(numbers, [11, 16, 101, 102, 1001, 1000001, 1000000001])
        self.assert_holds(path, numbers, divisors(numbers))


if __name__ == "__main__":
    unittest.main(verbosity=2)
