"""The two programs as such."""
import unittest

from support import FACTORIZE, FACTORS, run


class ThePrograms(unittest.TestCase):
    def test_answer_help_and_version(self):
        for command in ([FACTORS], [FACTORIZE], [FACTORIZE, "run"], [FACTORIZE, "info"], [FACTORIZE, "show"]):
            with self.subTest(command=command):
                done = run([*command, "--help"])
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                self.assertIn("--help", done.stdout)
        for program in (FACTORS, FACTORIZE):
            done = run([program, "--version"])
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertRegex(done.stdout, r"\b0\.1\.0\b")
        for part in "compiler", "kernels", "MPI       Open MPI", "HDF5      1.":
            self.assertIn(part, done.stdout)

    def test_link_what_they_should(self):
        linked = run(["ldd", FACTORS]).stdout
        for library in ("mpi", "hdf5"):
            self.assertNotIn(library, linked)
        self.assertIn("libmpi", run(["ldd", FACTORIZE]).stdout)


if __name__ == "__main__":
    unittest.main(verbosity=2)
