"""The ways to read a result file: info, show, and the h5py example."""
import json
import subprocess
import sys
import unittest

import h5py

import support
from programs import run, wait_for
from support import divisors, factorize


def lines(numbers, lists):
    return "".join(f"{n}:{one}\n" for n, one in zip(numbers, lists))


class ARange(support.TestCase):
    NUMBERS = range(10_000_000, 10_001_001)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        option = f"{cls.NUMBERS[0]}:{cls.NUMBERS[-1]}"
        cls.lists = divisors(cls.NUMBERS)
        cls.files = [cls.make("full.h5", "--range", option, ranks=2),
                     cls.make("half.h5", "--range", option, "--store", "half", ranks=2)]

    def test_shows_every_row(self):
        self.assertEqual(factorize("show", self.files[0]).stdout, lines(self.NUMBERS, self.lists))

    def test_shows_the_rows_asked_for_in_that_order(self):
        rows = [1000, 0, 500, 0]
        done = factorize("show", self.files[0], *(self.NUMBERS[row] for row in rows))
        self.assertEqual(done.stdout, lines([self.NUMBERS[row] for row in rows], [self.lists[row] for row in rows]))
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_shows_whole_lists_of_a_half_store(self):
        self.assertEqual(factorize("show", self.files[1]).stdout, lines(self.NUMBERS, self.lists))

    def test_says_when_a_number_is_not_there(self):
        done = factorize("show", self.files[0], 17)
        self.assertEqual(done.returncode, 2)
        self.assertRegex(done.stderr, r"\Afactorize: [^\n]*\b17\b[^\n]*\n\Z")

    def test_informs(self):
        for file in self.files:
            done = factorize("info", file)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertIn("complete", done.stdout)
            self.assertIn("10000000:10001000", done.stdout)
            self.assertIn("1001", done.stdout.replace(",", ""))

    def test_informs_in_json(self):
        info = json.loads(factorize("info", "--json", self.files[1]).stdout)
        self.assertEqual((info["status"], info["job"], info["store"]), ("complete", "range 10000000:10001000", "half"))
        self.assertEqual((info["numbers"], info["committed_numbers"], info["failed_numbers"]), (1001, 1001, 0))
        self.assertEqual(info["factors"], sum(len(support.half(n, one)) for n, one in zip(self.NUMBERS, self.lists)))
        self.assertEqual(info["file_bytes"], self.files[1].stat().st_size)

    def await_pace(self, run, output, start):
        """What `info` tells of this start once it knows the pace: after a second, the grain of the file's times."""
        def look():
            self.assertIsNone(run.poll(), "the run ended before it was looked at")
            done = factorize("info", "--json", output)
            info = json.loads(done.stdout) if done.returncode == 0 else {}
            is_this_start = info.get("starts") == start and ("resumed" in info) == (start > 1)
            return info if is_this_start and "numbers_per_second" in info else None
        return wait_for(look, "the pace")

    def test_informs_while_a_run_is_at_work(self):
        output = self.directory / "running.h5"
        # Work for minutes, of which it is given seconds.
        command = [support.FACTORIZE, "run", "--range", f"{10**12}:{10**12 + 1_000_000_000}", "--store", "half", "--output", output,
                   "--commit-interval", "0", "--resume"]
        for start in 1, 2:
            with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:
                try:
                    info = self.await_pace(run, output, start)
                    run.terminate()
                    self.assertEqual(run.wait(60), 75)
                finally:
                    run.kill()
            self.assertEqual(info["status"], "partial")
            self.assertGreater(info["committed_numbers"], 0)
            self.assertGreater(info["seconds_left"], 0)
            self.assertLess(info["seconds_since_written"], 60)
        self.assertRegex(factorize("info", output).stdout, r"pace +\S+ numbers/s since the last start, \d+:\d\d:\d\d left")

    def test_a_full_disk_is_an_error(self):
        for command in (["info", self.files[0]], ["show", self.files[0]]):
            with open("/dev/full", "w") as full:
                done = subprocess.run([support.FACTORIZE, *command], stdin=subprocess.DEVNULL, stdout=full,
                                      stderr=subprocess.PIPE, text=True, timeout=120)
            self.assertEqual(done.returncode, 4)
            self.assertRegex(done.stderr, r"\Afactorize: cannot write standard output: [^\n]+\n\Z")

    def test_the_h5py_example(self):
        rows = [0, 1, 2, 3, 4]
        for file in self.files:
            for wanted in ([], [self.NUMBERS[row] for row in rows]):
                done = run([sys.executable, support.EXAMPLES / "read_factors.py", file, *wanted])
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                self.assertEqual(done.stdout.splitlines()[1:],
                                 [f"{self.NUMBERS[row]}: {self.lists[row]}" for row in rows])


class AList(support.TestCase):
    def test_shows_in_input_order(self):
        numbers = [1000001, 11, 16, 1001, 11, 2**64 - 1]
        file = self.make("list.h5", "--input", "-", ranks=2, input=" ".join(map(str, numbers)))
        self.assertEqual(factorize("show", file).stdout, lines(numbers, divisors(numbers)))
        self.assertEqual(factorize("show", file, 16).stdout, "16:[2, 4, 8]\n")


class FailedNumbers(support.TestCase):
    """What `run` leaves when numbers fail three times, made by hand."""
    NUMBERS = range(100, 141)
    FAILED = (108, 109, 120, 121, 122, 123, 124)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lists = dict(zip(cls.NUMBERS, divisors(cls.NUMBERS)))
        cls.path = cls.make("failed.h5", "--range", f"{cls.NUMBERS[0]}:{cls.NUMBERS[-1]}")
        with h5py.File(cls.path, "r+") as file:
            failures = file["failures"][:]
            for place, n in enumerate(cls.FAILED[:4]):  # as if there were no room for more
                failures[place] = (n, 3, b"said the test")
            for n in cls.FAILED:
                file["counts"][n - cls.NUMBERS[0]] = 0
            file["failures"][:] = failures

    def test_have_no_list(self):
        done = factorize("show", self.path)
        whole = [n for n in self.NUMBERS if n not in self.FAILED]
        self.assertEqual(done.stdout, lines(whole, (self.lists[n] for n in whole)))
        self.assertEqual(done.returncode, 3)
        self.assertRegex(done.stderr, r"\Afactorize: [^\n]*\b7 numbers\b[^\n]*: 108, 109, 120, 121, 122 and 2 more;[^\n]*\n\Z")

    def test_asked_for(self):
        done = factorize("show", self.path, 107, 108, 109, 110)
        self.assertEqual(done.stdout, lines((107, 110), (self.lists[107], self.lists[110])))
        self.assertEqual(done.returncode, 3)
        self.assertRegex(done.stderr, r"\Afactorize: [^\n]*: 108, 109;[^\n]*\n\Z")


class AnUnfinishedList(support.TestCase):
    def test_may_yet_hold_a_number(self):
        path = self.make("list.h5", "--input", "-", input="12 7 15")
        self.assertEqual(factorize("show", path, 8).returncode, 2)
        with h5py.File(path, "r+") as file:
            blocks = file["blocks"][:]
            blocks["tag"] = 0  # no longer committed
            file["blocks"][:] = blocks
        done = factorize("show", path, 7, 8)
        self.assertEqual((done.returncode, done.stdout), (75, ""))
        self.assertRegex(done.stderr, r"\Afactorize: [^\n]* not there yet: 7, 8\n\Z")


if __name__ == "__main__":
    unittest.main(verbosity=2)
