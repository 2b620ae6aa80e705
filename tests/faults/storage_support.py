"""What the storage tests share: jobs that are killed and resumed, and what must hold of the files they leave."""
import os
import pathlib
import random
import re
import signal
import subprocess
import tempfile

import h5py
import numpy

# Some of it is what tests ask of this module.
from programs import A_RUN_S, events_in, run, wait_for
from trials import (
    COMPLETE, DATASETS, FACTORIZE, MPIRUN, SEED, STOPPED, STORAGE, USAGE, WRONG, TrialsTestCase, main, trials)

INJECTOR = os.environ["CRASH_INJECTOR"]
RANGE, LIST = "range", "list"


def state_of(pid):
    """As ps tells it: R, S, T (stopped), Z, ...; X when there is no such process."""
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return "X"


def is_alive(pid):
    return state_of(pid) not in "ZX"


def descendants(pid):
    """Every process below this one."""
    children = {}
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
        except (FileNotFoundError, ProcessLookupError):
            continue
        children.setdefault(parent, []).append(int(stat.parent.name))
    found = []
    waiting = [pid]
    while waiting:
        below = children.get(waiting.pop(), [])
        found += below
        waiting += below
    return found


class Attempt:
    """One mpirun of a job."""

    def __init__(self, command, environment):
        # To a file: a pipe that the killed leave to a survivor would be waited for.
        self.output = tempfile.NamedTemporaryFile("w+")
        self.process = subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=self.output,
                                        stderr=self.output, env={**os.environ, **environment}, start_new_session=True)

    def kill_all(self):
        """SIGKILL to mpirun and to everything below it, and waits until nothing of it lives."""
        pids = [self.process.pid, *descendants(self.process.pid)]
        for pid in pids:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.process.wait(A_RUN_S)
        wait_for(lambda: not any(map(is_alive, pids)), "the killed to be gone")

    def has_ended(self):
        return self.process.poll() is not None

    def end(self):
        """Waits; returns the exit status."""
        try:
            return self.process.wait(A_RUN_S)
        except subprocess.TimeoutExpired:
            self.kill_all()
            raise AssertionError(f"still running after {A_RUN_S} s\n{self.text()}") from None

    def text(self):
        return pathlib.Path(self.output.name).read_text(errors="replace")

    def lines(self):
        """What factorize said of its own accord: mpirun says more."""
        return [line for line in self.text().splitlines() if line.startswith("factorize: ")]


class Job:
    """A job with an output of its own in `directory`, which is run again and again until it is done."""

    def __init__(self, directory, arguments, ranks=3):
        self.directory = directory
        self.arguments = arguments
        self.ranks = ranks
        self.output = directory / "out.h5"
        self.log = directory / "events.jsonl"
        self.trace = directory / "trace"
        self.limit_kib = None  # on the size of a file
        self.rows = {}  # committed by earlier attempts: block -> its row of /blocks

    def start(self, **fault):
        """`run --resume`; fault: what crash_injector.c reads from the environment, without FAULT_."""
        launcher = [MPIRUN, "-np", self.ranks]
        environment = {}
        if self.limit_kib:
            launcher += ["bash", "-c", f'ulimit -f {self.limit_kib}; exec "$@"', "bash"]
        if fault:
            launcher += ["env", f"LD_PRELOAD={INJECTOR}"]
            environment = {f"FAULT_{name.upper()}": str(value) for name, value in fault.items()}
            environment["FAULT_FILES"] = str(self.output)
        return Attempt([*launcher, FACTORIZE, "run", *self.arguments, "--output", self.output, "--resume", "--log",
                        self.log, "--log-level", "debug", "--commit-interval", 0], environment)

    def run(self, **fault):
        attempt = self.start(**fault)
        return attempt, attempt.end()

    def writes(self):
        """An undisturbed run; its writes as the injector counts them: [(call, file, bytes)]."""
        attempt, status = self.run(trace=self.trace)
        if status != COMPLETE:
            raise AssertionError(attempt.text())
        lines = [line.split() for line in self.trace.read_text().splitlines()]
        return [(call, pathlib.Path(path).name, int(size)) for _, call, path, size, _ in lines]

    def events(self, kind):
        return events_in(self.log, kind)

    def await_commits(self, count, attempt):
        """Waits until so many are logged, by all attempts, or this one has ended."""
        wait_for(lambda: len(self.events("commit")) >= count or attempt.has_ended(), f"{count} commits")

    def lock_owner(self):
        """The pid of the rank 0 that holds the lock; None when there is none."""
        try:
            found = re.match(r"pid (\d+) on host \S+", pathlib.Path(f"{self.output}.lock").read_text())
        except FileNotFoundError:
            return None
        return int(found[1]) if found else None

    def files(self):
        return sorted(path.name for path in self.directory.glob("out.h5*"))


class TestCase(TrialsTestCase):
    """With undisturbed results to compare with, of a range and of a list."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        numbers = random.Random(SEED)
        (cls.directory / "list.txt").write_text("".join(f"{numbers.randrange(1, 2**64)}\n" for _ in range(4000)))
        cls.arguments = {RANGE: ["--range", "10000000:10050000"], LIST: ["--input", cls.directory / "list.txt"]}
        cls.undisturbed = {}
        cls.all_writes = {}
        for kind, arguments in cls.arguments.items():
            (cls.directory / kind).mkdir()
            job = Job(cls.directory / kind, arguments)
            cls.all_writes[kind] = job.writes()
            cls.undisturbed[kind] = job

    def job(self, directory, kind):
        return Job(directory, self.arguments[kind])

    def check_partial(self, job):
        """What a dead attempt left opens in plain h5py and has every block that was ever committed, unchanged."""
        committed = {block for one in job.events("commit")
                     for block in range(one["first_block"], one["first_block"] + one["blocks"])}
        if not job.output.exists():
            self.assertEqual(job.rows, {}, "the file is gone")
            if committed:  # of a list: in its journal
                done = factorize("info", job.output)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertGreaterEqual(int(re.search(r"factored +(\d+) of", done.stdout)[1]), len(committed))
            return
        undisturbed = self.undisturbed[LIST if "--input" in job.arguments else RANGE].output
        with h5py.File(job.output, "r") as file, h5py.File(undisturbed, "r") as whole:
            found = {block: row for block, row in enumerate(file["blocks"][:]) if row["tag"] != 0}
            for block, row in job.rows.items():
                self.assertIn(block, found, "a committed block is gone")
                self.assertEqual(found[block], row, "a committed row changed")
            if "--range" in job.arguments:
                self.assertLessEqual(committed, set(found), "a commit was logged, and is not in the file")
            self.check_committed(file, whole)
        job.rows = found
        done = factorize("verify", job.output)
        self.assertIn(done.returncode, (COMPLETE, STOPPED), f"{done.stdout}{done.stderr}")

    def check_committed(self, file, whole):
        """The committed blocks of an open file are those of the undisturbed one."""
        rows = file["blocks"][:]
        chunk = (file["factors"].chunks or [1])[0]
        for row in rows[rows["tag"] != 0]:
            numbers = slice(int(row["first_row"]), int(row["first_row"] + row["rows"]))
            # The first elements may lie in a chunk that the block before owns.
            first, end = int(row["first_factor"]), int(row["first_factor"] + row["factors"])
            elements = slice(-(-first // chunk) * chunk, end)
            for name in DATASETS:
                part = elements if name == "factors" else numbers
                here, there = (one[name][part] for one in (file, whole))
                self.assertTrue(numpy.array_equal(here, there), f"{name} of a committed block changed")

    def finish(self, job):
        """Resumes undisturbed; the result must be the undisturbed one, and alone."""
        attempt, status = job.run()
        self.assertEqual(status, COMPLETE, attempt.text())
        self.check_complete(job)

    def check_complete(self, job):
        kind = LIST if "--input" in job.arguments else RANGE
        self.assertEqual(job.files(), ["out.h5"], "left behind")
        self.check_datasets(job.output, self.undisturbed[kind].output)

    def assert_one_line(self, attempt, status, *texts):
        """The attempt ended with this status and one line that holds the texts."""
        self.assertEqual(attempt.end(), status, attempt.text())
        lines = attempt.lines()
        self.assertEqual(len(lines), 1, attempt.text())
        for text in texts:
            self.assertIn(str(text), lines[0])


def factorize(*arguments):
    return run([FACTORIZE, *arguments])
