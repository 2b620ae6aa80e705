"""What a user sees of a run at work: one redrawn line on a terminal, also behind mpirun, and plain lines now and then elsewhere."""
import errno
import fcntl
import os
import re
import signal
import struct
import subprocess
import termios
import unittest

import h5py

import support
from programs import A_RUN_S, events_in, wait_for

STOPPED = 75
# Some 10^8 numbers of 60 bits take half a minute wherever they run; no test waits for the end.
ROWS = 100_000_001
RANGE = ("--range", f"{10**18}:{10**18 + ROWS - 1}", "--store", "half")
# done, percent, numbers/s, what is left, workers
LINE = re.compile(rf"factoring: (\d+) of {ROWS} \((\d+\.\d) %\), (\d+(?:\.\d+)?)([kMG]?)(?: numbers)?/s, (\d+:\d\d:\d\d|\d+d\d\dh|unknown) "
                  r"left, (\d+) workers?")


class Run:
    """A run at work, standard error going to `stderr`, the terminal, if any, for the rest; ended as a context."""

    def __init__(self, case, name, stderr, *options, ranks=None, terminal=None):
        self.output = case.directory / f"{name}.h5"
        self.log = case.directory / f"{name}.log"
        launcher = [support.MPIRUN, "-np", str(ranks)] if ranks else []
        self.process = subprocess.Popen(
            [*launcher, support.FACTORIZE, "run", *RANGE, "--output", str(self.output), "--log", str(self.log), *options],
            stdin=terminal or subprocess.DEVNULL, stdout=terminal or subprocess.PIPE, stderr=stderr, text=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()  # takes its ranks with it
        self.process.communicate()

    def delivered(self):
        """Numbers whose results have arrived: a line cannot tell of more."""
        blocks = sum(event["blocks"] for event in events_in(self.log, "dispatch_results"))
        with h5py.File(self.output, "r", locking=False) as file:
            return blocks * file["numbers"].chunks[0]


class Reader:
    """Takes what comes from a descriptor, as it comes."""

    def __init__(self, descriptor):
        self.descriptor = descriptor
        self.text = ""
        os.set_blocking(descriptor, False)

    def take(self):
        try:
            self.text += os.read(self.descriptor, 65536).decode()
        except BlockingIOError:
            pass
        except OSError as error:  # of a terminal that its last user left
            if error.errno != errno.EIO:
                raise
        return self.text

    def await_lines(self, count, is_wanted=lambda line: True):
        """The first `count` lines of progress, each as a match of LINE, that are wanted."""
        def found():
            lines = [line for line in LINE.finditer(self.take()) if is_wanted(line)]
            return lines[:count] if len(lines) >= count else None
        return wait_for(found, lambda: f"{count} lines of progress in {self.text!r}")

    def await_text(self, text):
        wait_for(lambda: text in self.take(), lambda: f"{text!r} in {self.text!r}")


class TestCase(support.TestCase):
    def terminal(self, columns):
        """(its reader, its other side)."""
        master, slave = os.openpty()
        self.addCleanup(os.close, master)
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        return Reader(master), slave

    def check_line(self, line, run, workers):
        """What it says holds when it is seen."""
        done, percent, seen_workers = int(line[1]), float(line[2]), int(line[6])
        self.assertLessEqual(done, run.delivered())
        self.assertAlmostEqual(percent, 100 * done / ROWS, delta=0.051)
        self.assertEqual(seen_workers, workers)
        self.assertEqual(line[0].endswith("s"), workers != 1)
        if done:
            self.assertGreater(float(line[3]), 0)
            self.assertNotEqual(line[5], "unknown")

    def check_lines(self, lines, run, workers):
        for line in lines:
            self.check_line(line, run, workers)
        done = [int(line[1]) for line in lines]
        self.assertEqual(done, sorted(done))


class OnATerminal(TestCase):
    def watch(self, name, ranks, workers):
        reader, slave = self.terminal(80)
        with Run(self, name, slave, ranks=ranks) as run:
            os.close(slave)
            lines = reader.await_lines(3, lambda line: int(line[1]) > 0)
            self.check_lines(lines, run, workers)
            run.process.send_signal(signal.SIGUSR1)
            reader.await_text("run again with --resume")
            self.assertEqual(run.process.wait(A_RUN_S), STOPPED, reader.text)
        return reader.text

    def check_is_redrawn(self, text):
        """Every line is drawn from the left over the one before, and taken away before anything else is printed."""
        text = re.sub(r"mpi(run|exec): [^\r\n]+\r\n", "", text)  # which tells of the signal
        self.assertRegex(text, r"\A(\r[^\r\n\x1b]+\x1b\[K)+\r\x1b\[Kfactorize: stopped by SIGUSR1 while factoring: [^\r\n]+\r\n")
        for line in re.findall(r"\r([^\r\n\x1b]+)\x1b\[K", text):
            self.assertLess(len(line), 80)

    def test_a_line_is_redrawn(self):
        self.check_is_redrawn(self.watch("alone", None, 1))

    def test_a_line_is_redrawn_behind_mpirun(self):
        self.check_is_redrawn(self.watch("behind mpirun", 3, 2))

    def test_a_line_fits_into_a_narrow_one(self):
        reader, slave = self.terminal(30)
        with Run(self, "narrow", slave):
            os.close(slave)
            reader.await_text("\x1b[K")
        self.assertRegex(reader.text, rf"\A\rfactoring: \d+ of {ROWS} [^\r]{{0,20}}\x1b\[K")
        self.assertLess(len(reader.text.split("\x1b")[0].strip("\r")), 30)


class Elsewhere(TestCase):
    def watch(self, name, ranks, workers):
        receiving, sending = os.pipe()
        self.addCleanup(os.close, receiving)
        reader = Reader(receiving)
        with Run(self, name, sending, ranks=ranks) as run:
            os.close(sending)
            self.check_lines(reader.await_lines(2), run, workers)
        return reader.text

    def test_plain_lines_come_early_and_rarely(self):
        for name, ranks, workers in (("one process", None, 1), ("three ranks", 3, 2)):
            with self.subTest(name):
                text = self.watch(name, ranks, workers)
                self.assertRegex(text, r"\A(factoring: [^\r\n\x1b]+\n){2}")

    def test_of_mpirun_redirected_from_a_terminal(self):
        """Only its standard error is: what else it has of the terminal does not count, nor what mpirun gives its rank."""
        path = self.directory / "redirected"
        _, slave = self.terminal(80)
        with path.open("w") as file, Run(self, "to a file", file, ranks=2, terminal=slave):
            os.close(slave)
            wait_for(lambda: "\n" in path.read_text(), path.read_text)
        self.assertRegex(path.read_text(), r"\Afactoring: [^\r\n\x1b]+\n")


class Quiet(TestCase):
    def test_prints_nothing_but_what_went_wrong(self):
        output = self.directory / "quiet.h5"
        for again in ([], ["--resume"], ["--overwrite"]):
            done = support.factorize("run", "--range", "1:1000", "--output", output, "-q", *again)
            self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))
        done = support.factorize("run", "--range", "1:1000", "--output", output, "--quiet")
        self.assertEqual(done.returncode, 2)
        self.assertRegex(done.stderr, r"\Afactorize: [^\n]+\n\Z")

    def test_draws_no_line(self):
        reader, slave = self.terminal(80)
        with Run(self, "quiet run", slave, "--quiet") as run:
            os.close(slave)
            # A second after the beginning: by then a line would have been drawn.
            wait_for(lambda: events_in(run.log, "commit"), "a commit")
            run.process.send_signal(signal.SIGINT)
            self.assertEqual(run.process.wait(A_RUN_S), STOPPED)
            reader.await_text("run again with --resume")
        self.assertRegex(reader.text, r"\Afactorize: stopped by SIGINT [^\r\n]+\r\n\Z")


if __name__ == "__main__":
    unittest.main(verbosity=2)
