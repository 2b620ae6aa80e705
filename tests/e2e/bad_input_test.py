"""What factorize refuses: one clear line, the documented status, nothing written or overwritten."""
import itertools
import os
import pathlib
import unittest

import h5py

import support
from programs import run
from support import factorize

USAGE, STORAGE = 2, 4
AS_ROOT = os.geteuid() == 0


class Refusals(support.TestCase):
    def setUp(self):
        self.output = self.directory / "out.h5"
        self.before = self.contents()

    def contents(self):
        return {path.name: path.read_bytes() if path.is_file() else None for path in self.directory.iterdir()}

    def assert_refuses(self, status, *arguments, names=(), output=None, **options):
        """`run` with these arguments ends with the status and one line that has every one of `names`."""
        self.assert_says_one_line(
            factorize("run", *arguments, "--output", output or self.output, **options), status, names)

    def assert_says_one_line(self, done, status, names=()):
        self.assertEqual(done.returncode, status, done.stderr)
        self.assertEqual(done.stdout, "")
        self.assertRegex(done.stderr, r"\Afactorize: [^\n]+\n\Z")
        for name in names:
            self.assertIn(str(name), done.stderr)
        self.assertEqual(self.contents(), self.before)

    def test_ranges_that_are_none(self):
        for text in ("20:10", "0:10", "-5:10", "1:-5", "1:18446744073709551616", "18446744073709551616:18446744073709551617",
                     "one:ten", "10", "10:", ":10", ":", "", "1:2:3", "1.5:3", "0x10:0x20", "1:99999999999999999999999"):
            with self.subTest(range=text):
                self.assert_refuses(USAGE, f"--range={text}", names=[text])

    def test_ranges_that_overlap_or_descend(self):
        self.assert_refuses(USAGE, "--range", "1:10", "--range", "10:20", names=["1:10", "10:20"])
        self.assert_refuses(USAGE, "--range", "100:200", "--range", "1:10", names=["100:200", "1:10"])

    def test_both_and_neither_of_range_and_input(self):
        self.assert_refuses(USAGE, "--range", "1:10", "--input", "-", names=["--range", "--input"], input="12\n")
        self.assert_refuses(USAGE, names=["--range", "--input"])

    def test_unknown_options_and_commands(self):
        self.assert_refuses(USAGE, "--range", "1:10", "--frobnicate", names=["--frobnicate"])
        self.assert_refuses(USAGE, "--range", "1:10", "--store", "third", names=["third"])
        self.assert_says_one_line(factorize("frobnicate"), USAGE, ["frobnicate"])
        self.assert_says_one_line(factorize(), USAGE)

    def test_lists_without_a_number(self):
        for text in ("", " \n\t\n"):
            self.assert_refuses(USAGE, "--input", "-", input=text)
        self.assert_refuses(USAGE, "--input", "-", "--skip-invalid", input="x y\n")

    def test_a_standard_input_that_is_closed(self):
        done = run(["sh", "-c", 'exec "$@" <&-', "sh", support.FACTORIZE, "run", "--input", "-", "--output", self.output])
        self.assertEqual((done.returncode, done.stderr), (USAGE, "factorize: standard input holds no number\n"))

    def test_a_token_that_is_no_number(self):
        for token in ("twelve", "0", "-7", "1.5", "18446744073709551616", "12x"):
            with self.subTest(token=token):
                self.assert_refuses(USAGE, "--input", "-", input=f"12\n15 {token}\n", names=[token, "2"])
        path = self.directory / "list.txt"
        path.write_text("12\n\n15 oops\n")
        self.before = self.contents()
        self.assert_refuses(USAGE, "--input", path, names=[path, "3", "oops"])

    def test_a_list_that_cannot_be_read(self):
        self.assert_refuses(USAGE, "--input", self.directory, names=[self.directory])
        missing = self.directory / "missing.txt"
        self.assert_refuses(USAGE, "--input", missing, names=[missing])
        if not AS_ROOT:
            locked = self.directory / "locked.txt"
            locked.touch(mode=0o000)
            self.addCleanup(locked.unlink)
            done = factorize("run", "--input", locked, "--output", self.output)
            self.assertEqual(done.returncode, USAGE)
            self.assertIn(str(locked), done.stderr)

    def test_an_output_that_exists(self):
        self.assertEqual(factorize("run", "--range", "1:3", "--output", self.output).returncode, 0)
        self.addCleanup(self.output.unlink)
        self.before = self.contents()
        self.assert_refuses(USAGE, "--range", "1:10", names=[self.output, "--overwrite"])
        self.assert_refuses(USAGE, "--input", "-", names=[self.output], input="12\n")
        self.assert_refuses(USAGE, "--range", "20:10", "--overwrite")

    def test_resuming_a_file_of_others(self):
        self.output.write_text("precious\n")
        self.addCleanup(self.output.unlink)
        self.before = self.contents()
        self.assert_refuses(STORAGE, "--range", "1:10", "--resume", names=[self.output])
        self.assert_refuses(STORAGE, "--input", "-", "--resume", names=[self.output], input="12\n")

    def test_files_of_others_beside_the_output(self):
        for suffix in (".lock", ".tmp", ".journal", ".spool", ".spool.tmp"):
            path = self.directory / f"out.h5{suffix}"
            path.write_text("precious\n")
            self.before = self.contents()
            for arguments in (["--range", "1:10"], ["--input", "-"]):
                for flag in ([], ["--resume"], ["--overwrite"]):
                    with self.subTest(suffix=suffix, arguments=arguments, flag=flag):
                        self.assert_refuses(STORAGE, *arguments, *flag, names=[path, "move it away"], input="12\n")
            path.unlink()

    def test_a_file_of_others_as_output(self):
        self.addCleanup(self.output.unlink)
        def text():
            self.output.write_text("1 2 3\n")
        def hdf5():
            with h5py.File(self.output, "w") as file:
                file["precious"] = [1, 2, 3]
        for make, arguments, flag in itertools.product((text, hdf5), (["--range", "1:10"], ["--input", "-"]),
                                                       ([], ["--resume"], ["--overwrite"])):
            with self.subTest(make=make.__name__, arguments=arguments, flag=flag):
                make()
                self.before = self.contents()
                self.assert_refuses(STORAGE, *arguments, *flag, names=[self.output, "move it away"], input="12\n")

    def test_the_input_as_output(self):
        path = self.directory / "list.txt"
        path.write_text("1 2 3\n")
        self.addCleanup(path.unlink)
        self.before = self.contents()
        for flag in ([], ["--resume"], ["--overwrite"]):
            with self.subTest(flag=flag):
                self.assert_refuses(USAGE, "--input", path, *flag, output=path, names=[path, "is the input"])

    def test_outputs_that_are_no_files(self):
        pipe = self.directory / "pipe"
        os.mkfifo(pipe)
        self.addCleanup(pipe.unlink)
        self.before = self.contents()
        for flag in ([], ["--resume"], ["--overwrite"]):
            for output in ("/dev/null", pipe, self.directory):
                with self.subTest(output=output, flag=flag):
                    self.assert_refuses(STORAGE, "--range", "1:10", *flag, output=output, names=[output])
        self.assert_says_one_line(factorize("run", "--range", "1:10", "--output", ""), USAGE, ["--output"])

    def test_names_too_long_for_what_lies_beside_them(self):
        for length in (246, 249, 255, 300):
            with self.subTest(length=length):
                self.assert_refuses(STORAGE, "--input", "-", output=self.directory / ("x" * length), input="12\n")

    def test_an_output_directory_that_is_missing_or_read_only(self):
        self.assert_refuses(STORAGE, "--range", "1:10", output=self.directory / "no" / "out.h5",
                            names=[self.directory / "no"])
        read_only = pathlib.Path("/sys")  # even root cannot write here
        if not AS_ROOT:
            read_only = self.directory / "read-only"
            read_only.mkdir(mode=0o500)
            self.addCleanup(read_only.rmdir)
            self.before = self.contents()
        self.assert_refuses(STORAGE, "--range", "1:10", output=read_only / "out.h5", names=[read_only])
        self.assert_refuses(STORAGE, "--input", "-", output=read_only / "out.h5", names=[read_only], input="12\n")

    def test_a_job_that_no_disk_holds(self):
        self.assert_refuses(STORAGE, "--range", "1:18446744073709551615", names=["free"])

    def test_files_of_others(self):
        text, hdf5, missing = (self.directory / name for name in ("text.h5", "other.h5", "missing.h5"))
        text.write_text("not HDF5\n")
        with h5py.File(hdf5, "w") as file:
            file["numbers"] = [1, 2, 3]
        self.before = self.contents()
        for program in ("info", "show"):
            for path in (text, hdf5, missing, self.directory):
                with self.subTest(program=program, path=path.name):
                    self.assert_says_one_line(factorize(program, path), STORAGE, [path])

    def test_under_mpirun_the_line_comes_once(self):
        for status, arguments in ((USAGE, ["--range", "20:10"]), (USAGE, ["--input", "-"]), (STORAGE, ["--range", "1:18446744073709551615"])):
            done = factorize("run", *arguments, "--output", self.output, ranks=4)
            with self.subTest(arguments=arguments):
                self.assertEqual(done.returncode, status)
                ours = [line for line in done.stderr.splitlines() if line.startswith("factorize")]
                self.assertEqual(len(ours), 1, done.stderr)
                self.assertEqual(self.contents(), self.before)


class AJobFile(support.TestCase):
    def run_with(self, text, *arguments, **options):
        config = self.directory / "job.toml"
        config.write_text(text)
        output = self.directory / "job.h5"
        return support.factorize("run", "--config", config, "--output", output, *arguments, **options), output

    def test_gives_options_and_the_command_line_wins(self):
        done, output = self.run_with('[run]\nrange = ["1:10", "20:30"]\nstore = "half"\n', "--store", "full")
        self.assertEqual(done.returncode, 0, done.stderr)
        numbers = [*range(1, 11), *range(20, 31)]
        self.assert_holds(output, numbers, support.divisors(numbers))

    def test_is_outranked_by_what_excludes_its_options(self):
        (self.directory / "job.h5").unlink(missing_ok=True)
        for text, arguments, numbers in (('[run]\nrange = "1:10"\n', (), range(1, 11)),
                                         ('[run]\nresume = true\n', ("--range", "1:12", "--overwrite"), range(1, 13)),
                                         ('[run]\noverwrite = true\n', ("--range", "1:12", "--resume"), range(1, 13)),
                                         ('[run]\nrange = "1:10"\noverwrite = true\n', ("--input", "-"), [12])):
            with self.subTest(text=text, arguments=arguments):
                done, output = self.run_with(text, *arguments, input="12\n")
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assert_holds(output, list(numbers), support.divisors(numbers))
        done, _ = self.run_with("[run]\noverwrite = true\n", "--range", "1:9", "--resume")  # and is no --overwrite
        self.assertEqual(done.returncode, 2)
        self.assertIn("holds another job", done.stderr)

    def test_with_mistakes_is_refused(self):
        for text, message in (('[run]\nrnge = "1:10"\n', "[run] has no option 'rnge'"),
                              ('[run]\nconfig = "other.toml"\n', "[run] has no option 'config'"),
                              ('range = "1:10"\n', "'range' stands before the section [run]"),
                              ('[plan]\nrange = "1:10"\n', "there is no section [plan], only [run]"),
                              ('[run\nrange = "1:10"\n', "'[run' stands before the section [run]"),
                              ('[run]\nrange "1:10"\n', "[run] has no option"),
                              ('[run]\nthreads = 0\n', "[run] threads: Value 0 not in range"),
                              ('[run]\nresume = maybe\n', "[run] resume: Could not convert"),
                              ('[run]\nstore = "third"\n', "[run] store: 'third' is neither full nor half"),
                              ('[run]\nrange = "10:1"\n', "[run] range: range '10:1' ends before it begins"),
                              ('[run]\nrange = ["1:9", "5:20"]\n', "ranges 1:9 and 5:20 overlap"),
                              ('[run]\nrange = "1:9"\noverwrite = true\nresume = true\n', "--overwrite and --resume exclude each other"),
                              ('[run]\nthreads = 1\n', "nothing to factor")):
            with self.subTest(text=text):
                done, _ = self.run_with(text)
                self.assertEqual(done.returncode, 2)
                self.assertRegex(done.stderr, r"\Afactorize: [^\n]+\n\Z")
                self.assertIn(message, done.stderr)
                self.assertIn(str(self.directory / "job.toml"), done.stderr)

    def test_that_cannot_be_read_is_refused(self):
        for path in self.directory, self.directory / "nosuch.toml":
            done = support.factorize("run", "--config", path, "--range", "1:9")
            self.assertEqual(done.returncode, 2)
            self.assertRegex(done.stderr, rf"\Afactorize: --config: [^\n]+: {path}; [^\n]+\n\Z")


if __name__ == "__main__":
    unittest.main(verbosity=2)
