"""factorize run --input: any numbers in any order, row i is input i."""
import os
import random
import subprocess
import unittest

import h5py
import numpy

import support
from programs import wait_for
from support import FACTORIZE, divisors, factorize, half


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


class AnUnfinishedList(support.TestCase):
    """Killed while its numbers are being factored; each test has an output of its own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        draw = random.Random(1)
        cls.input = cls.directory / "numbers.txt"
        cls.input.write_text("\n".join(str(draw.getrandbits(64) | 2**63 | 1) for _ in range(8_000)))
        cls.other = cls.directory / "other.txt"
        cls.other.write_text("12 15 7")
        cls.whole = cls.make("whole.h5", "--input", cls.input)

    def setUp(self):
        self.output = self.directory / f"{self.id().rsplit('.', 1)[-1]}.h5"

    def beside(self):
        """What lies at and beside the output, but the lock."""
        return {path.suffix: path.read_bytes() for path in self.directory.glob(f"{self.output.name}*")
                if path.suffix != ".lock"}

    def begin(self, *arguments, source=None):
        journal = self.output.with_name(f"{self.output.name}.journal")
        with self.input.open() as text, subprocess.Popen(
                [FACTORIZE, "run", "--input", source or self.input, "--output", self.output, *arguments],
                stdin=text, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            wait_for(lambda: journal.exists() and journal.stat().st_size or process.poll() is not None, "the journal")
            process.kill()
        self.assertTrue(journal.exists(), "it was faster than its killer")
        return self.beside()

    def go_on(self, *arguments, status=0, names=()):
        done = factorize("run", "--output", self.output, *arguments)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        for name in names:
            self.assertIn(str(name), done.stderr)

    def assert_is_whole(self):
        self.assertEqual(list(self.beside()), [".h5"])
        self.assert_same_datasets(self.whole, self.output)

    def test_goes_on(self):
        self.begin()
        self.go_on("--input", self.input, "--resume")
        self.assert_is_whole()

    def test_from_standard_input_needs_not_be_sent_again(self):
        self.begin(source="-")
        self.go_on("--input", "-", "--resume", names=("standard input is not read",))
        self.assert_is_whole()

    def test_is_not_taken_for_another_one(self):
        before = self.begin()
        self.go_on("--input", self.other, "--resume", status=2, names=[self.output, self.other, "list 8000 ", "list 3 "])
        self.go_on("--input", self.directory / "none.txt", "--resume", status=2, names=["none.txt"])
        self.go_on("--input", self.input, "--resume", "--store", "half", status=2, names=[".journal"])
        self.assertEqual(self.beside(), before)

    def test_is_not_lost_by_accident(self):
        before = self.begin()
        for arguments in (["--range", "1:10"], ["--range", "1:10", "--resume"], ["--input", self.input]):
            with self.subTest(arguments=arguments):
                self.go_on(*arguments, status=2, names=[".journal", "--overwrite"])
        self.go_on("--input", self.directory / "none.txt", "--overwrite", status=2)
        self.go_on("--range", "1:18446744073709551615", "--overwrite", status=4)
        self.assertEqual(self.beside(), before)

    def test_gives_way_to_a_range_when_told(self):
        self.begin()
        self.go_on("--range", "1:10", "--overwrite")
        self.assertEqual(list(self.beside()), [".h5"])

    def test_gives_way_to_another_list_when_told(self):
        self.begin()
        self.go_on("--input", self.other, "--overwrite")
        self.assertEqual(list(self.beside()), [".h5"])
        self.assert_holds(self.output, [12, 15, 7], [[2, 3, 4, 6], [3, 5], []])

    def test_that_was_to_replace_a_file_still_does(self):
        for old in ("a damaged file", "a list", "a range"):
            with self.subTest(old=old):
                if old == "a damaged file":
                    self.output.write_bytes(self.whole.read_bytes()[:5000])
                elif old == "a list":
                    self.go_on("--input", self.other, "--overwrite")
                else:
                    self.go_on("--range", "1:10", "--overwrite")
                self.begin("--overwrite")
                self.go_on("--input", self.input, "--resume")
                self.assert_is_whole()

    def test_that_was_finished_after_all_is_tidied_up(self):
        self.begin()
        os.link(self.whole, self.output)
        self.go_on("--input", "-", "--resume")
        self.assert_is_whole()

    def test_of_a_complete_file_of_another_list_leaves_nothing(self):
        os.link(self.whole, self.output)
        before = self.beside()
        self.go_on("--input", self.other, "--resume", status=2, names=[self.output])
        self.assertEqual(self.beside(), before)


class AnOutput(support.TestCase):
    def test_that_is_complete_is_not_touched_by_resuming_it(self):
        listed = self.directory / "numbers.txt"
        listed.write_text("12 15 7\n")
        for arguments in (["--range", "1:100"], ["--input", listed]):
            with self.subTest(arguments=arguments):
                file = self.make("complete.h5", *arguments, "--overwrite")
                before = file.read_bytes()
                done = factorize("run", *arguments, "--output", file, "--resume")
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                self.assertIn("complete already", done.stdout)
                self.assertEqual(file.read_bytes(), before)

    def test_that_is_a_link_stays_one(self):
        (self.directory / "far").mkdir()
        link, target = self.directory / "link.h5", self.directory / "far" / "target.h5"
        link.symlink_to("far/target.h5")
        for arguments in (["--input", "-"], ["--range", "1:10", "--overwrite"], ["--range", "1:10", "--resume"]):
            with self.subTest(arguments=arguments):
                self.make("link.h5", *arguments, input="12\n")
                self.assertTrue(link.is_symlink())
                self.assertEqual(list(target.parent.iterdir()), [target])


if __name__ == "__main__":
    unittest.main(verbosity=2)
