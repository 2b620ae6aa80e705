"""factorize verify: what it says of right, partial, failed and wrong files, alone and on several ranks."""
import unittest

import h5py

import support
from support import divisors, factorize, half

RANKS = (None, 3)


class Verify(support.TestCase):
    def verify(self, path, ranks=None):
        done = factorize("verify", path, ranks=ranks)
        return done.returncode, done.stdout, [line for line in done.stderr.splitlines() if line.startswith("factorize: ")]

    def assert_right(self, path, numbers, factors):
        for ranks in RANKS:
            status, said, errors = self.verify(path, ranks)
            self.assertEqual((status, errors), (0, []), said)
            self.assertEqual(said.splitlines()[0], f"{path}: right")
            self.assertRegex(said, rf"checked +{numbers} of {numbers} numbers, {factors} factors\n")
            self.assertRegex(said, rf"in [\d.]+ s: [\d.]+ (bytes|kB|MB|GB)/s, by {ranks or 1} rank")

    def stored_factors(self, path):
        with h5py.File(path, "r") as file:
            return file["factors"].size

    def test_right_files(self):
        jobs = {
            "range": (["--range", "10000000:10001000"], 1001),
            "half": (["--range", "999999999000:1000000000000", "--store", "half"], 1001),
            "ranges": (["--range", "1:100", "--range", "1000:1999", "--range", "18446744073709551615:18446744073709551615"], 1101),
            "prime": (["--range", "5:5"], 1),
        }
        for name, (arguments, numbers) in jobs.items():
            path = self.make(f"{name}.h5", *arguments, ranks=2)
            self.assert_right(path, numbers, self.stored_factors(path))

    def test_right_lists(self):
        numbers = [1, 2**64 - 1, 12, 12, 2**64 - 59, 1, 7, 897612484786617600, 4294967291**2, 12]
        lists = divisors(numbers)
        halves = [half(n, one) for n, one in zip(numbers, lists)]
        for store, stored in (("full", lists), ("half", halves)):
            path = self.make(f"list-{store}.h5", "--input", "-", "--store", store, input=" ".join(map(str, numbers)))
            self.assert_right(path, len(numbers), sum(map(len, stored)))

    def test_a_partial_file(self):
        path = self.make("partial.h5", "--range", "10000000:10001000")
        with h5py.File(path, "r+") as file:
            blocks = file["blocks"][:]
            blocks[100:110] = 0  # no longer committed
            file["blocks"][:] = blocks
            file.attrs.modify("status", b"partial")
        for ranks in RANKS:
            status, said, errors = self.verify(path, ranks)
            self.assertEqual(status, 75, said)
            self.assertEqual(said.splitlines()[0], f"{path}: right as far as it goes")
            self.assertEqual(len(errors), 1)
            self.assertRegex(errors[0], r" holds 9\d\d of 1001 numbers so far; ")

    def test_failed_numbers_must_be_told(self):
        path = self.make("failed.h5", "--range", "100:140")
        with h5py.File(path, "r+") as file:
            file.attrs.modify("status", b"partial-failed")
        status, said, errors = self.verify(path)
        self.assertEqual(status, 1, said)
        self.assertRegex(errors[0], "0 numbers in /failures")
        with h5py.File(path, "r+") as file:
            failures = file["failures"][:]
            failures[0] = (108, 3, b"said the test")
            file["failures"][:] = failures
        for ranks in RANKS:
            status, said, errors = self.verify(path, ranks)
            self.assertEqual(status, 1, said)
            self.assertEqual(len(errors), 1)
            self.assertRegex(errors[0], "/failures: 108 is listed, but row 8 has its factors")

    def test_more_fail_than_are_listed(self):
        """A full /failures is checked as any other."""
        first = 10_000_000
        path = self.make("overflow.h5", "--range", f"{first}:10010000")
        with h5py.File(path, "r+") as file:
            file.attrs.modify("status", b"partial-failed")
            failures = file["failures"][:]
            for place in range(len(failures)):
                failures[place] = (first + 2 * place, 3, b"said the test")
            file["failures"][:] = failures
            file["failures"].attrs.modify("overflow", 1)
        for ranks in RANKS:
            status, said, errors = self.verify(path, ranks)
            self.assertEqual(status, 1, said)
            self.assertRegex(said, r"\n  /failures: 10000000 is listed, but row 0 has its factors\n")
            self.assertRegex(said, r"\n  and 1014 more\n")

    def test_names_what_is_wrong(self):
        path = self.make("wrong.h5", "--range", "10000000:10001000")
        with h5py.File(path, "r+") as file:
            rows = file["numbers"].chunks[0]
            file["counts"][7] += 1
            file["factors"][int(file["offsets"][500])] += 1  # in a chunk of the block before its own
        for ranks in RANKS:
            status, said, errors = self.verify(path, ranks)
            self.assertEqual(status, 1)
            self.assertRegex(said, rf"\n  block 0 \(rows 0 to {rows - 1}\): its bytes have the checksum ")
            self.assertRegex(said, r"\n  row 500 \(number 10000500\): its list is not of divisors ")
            self.assertEqual(len(errors), 1)
            self.assertRegex(errors[0], r"wrong\.h5 is wrong or damaged: block 0 [^\n]*; and \d more\Z")

    def test_what_is_no_file_of_ours(self):
        for path in (self.directory / "none.h5", "/etc/passwd", self.directory):
            for ranks in RANKS:
                status, said, errors = self.verify(path, ranks)
                self.assertEqual((status, said, len(errors)), (4, "", 1), path)
        self.assertEqual(factorize("verify").returncode, 2)


if __name__ == "__main__":
    unittest.main(verbosity=2)
