"""The examples that read result files, on files whose content is known from elsewhere."""
import shutil
import sys
import unittest

import h5py
import numpy

import support

sys.path.insert(0, str(support.EXAMPLES))
import read_factors

PNG_MAGIC = b"\x89PNG\r\n\x1a\n"


def script(name, *arguments):
    return support.run([sys.executable, "-B", support.EXAMPLES / name, *arguments])


class Examples(support.TestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.full = cls.make("full.h5", "--range", "1:20000")
        cls.half = cls.make("half.h5", "--range", "1:20000", "--store", "half")

    def test_rows_of_either_store(self):
        for path in self.full, self.half:
            done = script("read_factors.py", path, 12, 13, 36, 1)
            self.assertEqual(done.stdout.splitlines()[1:],
                             ["12: [2, 3, 4, 6]", "13: []", "36: [2, 3, 4, 6, 9, 12, 18]", "1: []"], done.stderr)

    def test_sums_of_proper_divisors_in_small_pieces(self):
        expected = [sum(divisors) + (n > 1) for n, divisors in zip(range(1, 20001), support.divisors(range(1, 20001)))]
        whole = read_factors.pieces
        self.addCleanup(setattr, read_factors, "pieces", whole)
        read_factors.pieces = lambda file: whole(file, rows=777)
        for path in self.full, self.half:
            with read_factors.open_result(path) as file:
                self.assertEqual([s for _, sums in read_factors.proper_divisor_sums(file) for s in sums.tolist()], expected)

    def test_a_pandas_table(self):
        with read_factors.open_result(self.full) as file:
            table = read_factors.table(file, first=11, rows=5)  # 12 to 16
            self.assertEqual(table.groupby("number")["factor"].apply(list).to_dict(),
                             {12: [2, 3, 4, 6], 14: [2, 7], 15: [3, 5], 16: [2, 4, 8]})
            self.assertEqual(len(read_factors.table(file)), file["factors"].size)

    def test_perfect_amicable_and_abundant_numbers(self):
        """OEIS A000396, A063990, A005101."""
        for path in self.full, self.half:
            done = script("perfect_numbers.py", path)
            self.assertEqual(done.stdout.splitlines()[0], "perfect:  6, 28, 496, 8128", done.stderr)
            self.assertIn("amicable: 8 pairs\n  220 284\n  1184 1210\n  2620 2924\n  5020 5564\n  6232 6368\n", done.stdout)
            self.assertIn(" 17296 18416\n", done.stdout)
            self.assertRegex(done.stdout, r"abundant: \d+ of 20000 \(24\.\d+ %\), the first 12\n")

    def test_amicable_pairs_of_a_list_in_any_order(self):
        (self.directory / "list.txt").write_text("1210 284 220 28 1184 220 1 13")
        path = self.make("list.h5", "--input", self.directory / "list.txt")
        self.assertEqual(script("perfect_numbers.py", path).stdout,
                         "perfect:  28\namicable: 2 pairs\n  220 284\n  1184 1210\nabundant: 2 of 7 (28.571 %), the first 220\n")

    def test_a_picture(self):
        for path in self.full, self.half:
            picture = self.directory / f"{path.stem}.png"
            done = script("plot_factors.py", path, picture)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(done.stdout.splitlines()[:2], ["15120 has 80 divisors", "18480 has 80 divisors"])
            self.assertEqual(picture.read_bytes()[:8], PNG_MAGIC)

    def test_r(self):
        done = support.run([support.EXAMPLES / "read_factors.R", self.full, 12])
        self.assertEqual(done.stdout.splitlines()[-4:], ["9: 3", "10: 2, 5", "11: ", "12: 2, 3, 4, 6"], done.stderr)

    def assert_says_one_line(self, done, status, text):
        self.assertEqual((done.returncode, done.stdout), (status, ""), done.stderr)
        self.assertRegex(done.stderr, r"\A[^\n]+\n\Z")
        self.assertIn(text, done.stderr)

    def test_what_is_no_complete_result_is_refused(self):
        text, missing, other, odd, partial = (self.directory / f"{name}.h5" for name in ("text", "nosuch", "other", "odd", "partial"))
        text.write_text("no result")
        with h5py.File(other, "w") as file:
            file["numbers"] = [1]
        with h5py.File(odd, "w") as file:
            file.attrs["status"] = 1
        shutil.copy(self.full, partial)
        with h5py.File(partial, "r+") as file:
            file.attrs.modify("status", numpy.bytes_("partial"))
        for name in "read_factors.py", "perfect_numbers.py", "plot_factors.py":
            for path in text, missing, other, odd, self.directory:
                with self.subTest(name=name, path=path.name):
                    self.assert_says_one_line(script(name, path), 4, f"{path} is no result of factorize: ")
            self.assert_says_one_line(script(name, partial), 4, f"{partial} is not complete")

    def test_bad_arguments_are_refused(self):
        for word in "abc", "0", "-5", "1.5", str(2**64):
            self.assert_says_one_line(script("read_factors.py", self.full, word), 2, f"'{word}' is not an integer")
        done = script("read_factors.py", self.full, 20001)
        self.assertEqual((done.returncode, done.stderr), (2, f"20001 is not in {self.full}\n"))
        for picture in self.directory / "no" / "x.png", self.directory / "x.nosuch":
            done = script("plot_factors.py", self.full, picture)
            self.assertEqual(done.returncode, 4)
            self.assertRegex(done.stderr, r"\Acannot draw in [^\n]+\n\Z")
        for name in "read_factors.py", "perfect_numbers.py", "plot_factors.py":
            done = script(name)
            self.assertEqual((done.returncode, done.stdout), (2, ""))
            self.assertIn(f"{name} FILE", done.stderr)
            asked = script(name, "--help")
            self.assertEqual((asked.returncode, asked.stdout, asked.stderr), (0, done.stderr, ""))


if __name__ == "__main__":
    unittest.main(verbosity=2)
