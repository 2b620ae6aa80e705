"""What is told of a damaged file, of an unknown wish in the environment, and of an output that cannot be written."""
import os
import subprocess
import unittest

import h5py

import support
from support import FACTORIZE, FACTORS, factorize, run

USAGE, STORAGE = 2, 4
ADVICE = "restore it from a copy, or make it again with --overwrite"


class ADamagedFile(support.TestCase):
    def setUp(self):
        self.path = self.make("damaged.h5", "--range", "1:100000", "--overwrite")

    def assert_says(self, pattern, *commands):
        """Each of the commands ends with status 4 and one line: what, where, and what to do."""
        for command in commands:
            done = factorize(command, self.path)
            self.assertEqual(done.returncode, STORAGE)
            self.assertRegex(done.stderr, rf"\Afactorize: {self.path} is damaged: {pattern}; {ADVICE}\n\Z")

    def test_whose_factors_cannot_be_read(self):
        with h5py.File(self.path, "r") as file:
            chunk = file["factors"].id.get_chunk_info(1)
        with self.path.open("r+b") as file:
            file.seek(chunk.byte_offset)
            file.write(b"\xff" * min(chunk.size, 99))
        self.assert_says(r"cannot read elements \d+ to \d+ of factors \(HDF5: [^\n]+\)", "show")

    def test_whose_end_is_missing(self):
        os.truncate(self.path, self.path.stat().st_size // 2)
        self.assert_says(r"its end is missing \(HDF5: truncated file[^\n]+\)", "info", "show", "verify")

    def test_that_lacks_a_dataset(self):
        with h5py.File(self.path, "r+") as file:
            del file["counts"]
        self.assert_says(r"cannot open dataset counts \(HDF5: [^\n]+\)", "info", "show", "verify")


class TheEnvironment(unittest.TestCase):
    def test_with_unknown_wishes_is_refused(self):
        for command in [FACTORIZE, "info", "nosuch.h5"], [FACTORIZE, "plan", "--range", "1:9"], [FACTORS, "12"]:
            done = run(command, env={**os.environ, "FACTORIZE_SIMD": "foo"})
            self.assertEqual((done.returncode, done.stdout), (USAGE, ""))
            self.assertRegex(done.stderr, r"\A\w+: FACTORIZE_SIMD is 'foo': set it to portable, avx2 or avx512, or unset it\n\Z")
        done = factorize("run", "--range", "1:9", "--output", "/nowhere/x.h5", env={**os.environ, "FACTORIZE_GUARD": "no"})
        self.assertEqual((done.returncode, done.stderr), (USAGE, "factorize: FACTORIZE_GUARD is 'no': set it to on or off, or unset it\n"))

    def test_with_known_wishes_is_heeded(self):
        for level in "portable", "avx2", "avx512", "":
            done = run([FACTORS, "12"], env={**os.environ, "FACTORIZE_SIMD": level})
            self.assertEqual((done.returncode, done.stdout), (0, "12:[2, 3, 4, 6]\n"))
        for guard in "on", "off", "":
            done = factorize("plan", "--range", "1:9", env={**os.environ, "FACTORIZE_GUARD": guard})
            self.assertEqual((done.returncode, done.stderr), (0, ""))


@unittest.skipUnless(os.path.exists("/dev/full"), "this system has no /dev/full")
class AnOutputThatIsFull(support.TestCase):
    def test_is_told(self):
        path = self.make("out.h5", "--range", "1:99")
        with open("/dev/full", "w", encoding="ascii") as full:
            for command in ([FACTORIZE, "--help"], [FACTORIZE, "run", "--help"], [FACTORIZE, "--version"], [FACTORS, "--help"],
                            [FACTORS, "12"], [FACTORIZE, "plan", "--range", "1:99"], [FACTORIZE, "info", path],
                            [FACTORIZE, "show", path], [FACTORIZE, "verify", path],
                            [FACTORIZE, "run", "--range", "1:99", "--output", path, "--resume"],
                            [FACTORIZE, "run", "--range", "1:99", "--output", path, "--overwrite"]):
                with self.subTest(command=command):
                    done = subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=full,
                                                  stderr=subprocess.PIPE, text=True, timeout=120)
                    self.assertEqual(done.returncode, STORAGE)
                    self.assertRegex(done.stderr, r"\Afactor\w+: cannot write standard output[^\n]*\n\Z")
        self.assert_holds(path, list(range(1, 100)), support.divisors(range(1, 100)))


if __name__ == "__main__":
    unittest.main(verbosity=2)
