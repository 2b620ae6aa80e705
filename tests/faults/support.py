"""What the tests of faults to processes share: a job under mpirun, its log as it grows, its processes."""
import os
import pathlib
import signal
import subprocess
import tempfile

import h5py

# Some of it is what tests ask of this module.
from programs import A_RUN_S, events_in, run, wait_for
from trials import (
    COMPLETE, DATASETS, FACTORIZE, MPIRUN, PARTIAL_FAILED, SEED, STOPPED, TRIALS, TrialsTestCase, main, trials)

FAULTY = os.environ.get("FACTORIZE_FAULTY")  # the same program, with rows that go wrong where a test says
PULSE_TIMEOUT_S = 2  # pulses of 0.2 s, with four times as many ranks as cores

# Some 1.5 s on two cores, in 293 blocks and 57 MB.
FIRST, LAST = 10**17, 10**17 + 1_200_000
RANGE = ("--range", f"{FIRST}:{LAST}", "--store", "half")


def processes_with(word):
    """{pid: its environment} of every process that lives and has this word on its command line."""
    found = {}
    for directory in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            if word.encode() not in (directory / "cmdline").read_bytes().split(b"\0"):  # empty of the dead
                continue
            variables = (directory / "environ").read_bytes().split(b"\0")
        except (FileNotFoundError, ProcessLookupError):
            continue
        found[int(directory.name)] = dict(one.split(b"=", 1) for one in variables if b"=" in one)
    return found


class Job:
    """One `mpirun factorize run`, begun by the constructor. Use it as a context: nothing of it is left behind."""

    def __init__(self, output, arguments=RANGE, ranks=8, program=FACTORIZE, launcher=(), options=(), **environment):
        """launcher: options of mpirun; options: more of `factorize run`; environment: variables besides ours."""
        self.output = pathlib.Path(output)
        self.number_of_blocks = None
        self.text_file = tempfile.NamedTemporaryFile("w+")  # a pipe that a survivor holds would be waited for
        self.log = pathlib.Path(tempfile.mktemp(prefix=f"{self.output.name}.", suffix=".log", dir=self.output.parent))
        command = [MPIRUN, "-np", ranks, *launcher, program, "run", *arguments, "--output", self.output, "--log",
                   self.log, "--log-level", "debug", "--pulse-timeout", PULSE_TIMEOUT_S, *options]
        self.process = subprocess.Popen(
            [str(word) for word in command], stdin=subprocess.DEVNULL, stdout=self.text_file, stderr=self.text_file,
            env={**os.environ, **{name: str(value) for name, value in environment.items()}}, start_new_session=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None or self.processes():
            self.kill_all()
        self.text_file.close()

    def events(self, *kinds):
        """Those of the log so far, in order; of the given kinds, or all."""
        return events_in(self.log, *kinds)

    def await_event(self, kind, count=1):
        """Waits for the count-th event of this kind, and returns it."""
        def found():
            events = self.events(kind)
            if len(events) < count and self.process.poll() is not None:
                raise AssertionError(f"ended before the {count}th {kind}\n{self.text()}")
            return events[count - 1 :]
        return wait_for(found, f"the {count}th {kind}")[0]

    def await_share(self, share, kind="dispatch_results"):
        """Waits until this share of the job's blocks is delivered (or, with "commit", saved)."""
        def reached():
            events = self.events(kind)
            if self.process.poll() is not None:
                raise AssertionError(f"ended before {share:.0%} were done\n{self.text()}")
            return events and sum(event["blocks"] for event in events) >= share * self.blocks()
        wait_for(reached, f"{share:.0%} of the blocks to be done")

    def blocks(self):
        """Of the job, known once its file is made; a look at it may meet the writer at work."""
        def look():
            try:
                with h5py.File(self.output, "r", locking=False) as file:
                    return file["blocks"].size
            except OSError:
                return None
        if self.number_of_blocks is None:
            self.number_of_blocks = wait_for(look, "the number of blocks")
        return self.number_of_blocks

    def worker_pids(self):
        """{rank: pid} of the workers that registered."""
        return {event["rank"]: event["pid"] for event in self.events("register_worker")}

    def rank0_pid(self):
        ranks = [pid for pid, variables in self.processes().items() if variables.get(b"OMPI_COMM_WORLD_RANK") == b"0"]
        return ranks[0] if ranks else None

    def processes(self):
        """All that live: mpirun, rank 0, the workers and their guards."""
        return processes_with(str(self.output))

    def kill_all(self):
        """SIGKILL to everything, and waits until nothing is left."""
        for pid in self.processes():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.process.wait(A_RUN_S)
        wait_for(lambda: not self.processes(), "the killed to be gone")

    def end(self, within_s=A_RUN_S):
        """Waits; returns the exit status."""
        try:
            return self.process.wait(within_s)
        except subprocess.TimeoutExpired:
            alive = run(["ps", "-o", "pid,ppid,stat,wchan:20,comm", "-p", ",".join(map(str, self.processes()))]).stdout
            self.kill_all()
            raise AssertionError(f"still running after {within_s} s\n{alive}\n{self.text()}") from None

    def text(self):
        """What it said, and what its log ends with."""
        log = "\n".join(self.log.read_text().splitlines()[-20:]) if self.log.exists() else ""
        return f"{pathlib.Path(self.text_file.name).read_text()}\n{log}"


class TestCase(TrialsTestCase):
    """With the file of an undisturbed run of `arguments`, `self.undisturbed`."""

    arguments = RANGE

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.undisturbed = cls.directory / "undisturbed.h5"
        with Job(cls.undisturbed, cls.arguments) as job:
            status = job.end()
            assert status == COMPLETE, f"status {status}\n{job.text()}"

    def each_trial(self, fault, count, one):
        """Calls one(random, output) `count` times, and counts what passed."""
        super().each_trial(fault, count, lambda random, directory: one(random, directory / "out.h5"))

    def check_complete(self, output):
        self.check_datasets(output, self.undisturbed)

    def check_nothing_left(self, job, within_s=0):
        """No process of the job lives; a little earlier or later at will."""
        wait_for(lambda: not job.processes(), "every process of the job to be gone", within_s)
