"""What the tests under Slurm share: the sandbox, and jobs in it, each class of tests on four nodes of its own."""
import concurrent.futures
import functools
import io
import os
import pathlib
import re
import shutil
import sys
import tempfile
import threading
import time
import unittest

import h5py

import programs
from programs import events_in, run

HERE = pathlib.Path(__file__).parent
SCRIPTS = HERE.parents[1] / "slurm"
SANDBOX = HERE / "sandbox.sh"
FACTORIZE, FACTORIZE_FAULTY = (os.environ[name] for name in ("FACTORIZE", "FACTORIZE_FAULTY"))
DATASETS = ("numbers", "counts", "offsets", "factors")
SKIPPED = 77  # ctest's SKIP_RETURN_CODE here
INSIDE = "FACTORIZE_TEST_INSIDE"  # the namespaces of the cluster
NUMBERS = 520_000
RANGE = f"1000000000:{1000000000 + NUMBERS - 1}"
BLOCKS = 508  # of it
WORKERS = 7  # of eight ranks
wait_for = functools.partial(programs.wait_for, pause_s=0.5)  # what it asks, Slurm has to answer


def why_not():
    """Why there can be no cluster here; None where there can."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return "only root on Linux can make a cluster of namespaces"
    missing = [name for name in ("slurmctld", "slurmd", "munged", "sbatch", "ip", "unshare", "nsenter", "mpirun")
               if shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:/sbin") is None]
    if missing:
        return f"not installed: {', '.join(missing)}; examples/install_dependencies.sh --tests does it"
    made = run([*UNSHARE, "sh", "-c", "ip link add ssbbr type bridge && ip netns add node1"])
    return None if made.returncode == 0 else f"no namespaces here: {made.stderr.strip()}"


# A network of its own: nothing of it can be in the way of others. Processes of their own: none outlives the tests.
UNSHARE = ("unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "sh", "-c",
           'mkdir -p /run/netns && mount -t tmpfs tmpfs /run/netns && exec "$@"', "sh")


def must(command, **options):
    done = run(command, **options)
    if done.returncode != 0:
        raise AssertionError(f"{command}: status {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def sandbox(*arguments):
    return must([SANDBOX, *arguments])


class Job:
    """One `sbatch factorize.slurm`."""

    def __init__(self, directory, output, arguments, options=(), script="factorize.slurm", **environment):
        """options: of sbatch; environment: variables besides ours."""
        self.directory = directory
        self.output = directory / output
        self.events_file = self.output.with_suffix(".jsonl")
        words = ["sbatch", "--parsable", *options, SCRIPTS / script, *arguments, "--output", self.output]
        if script == "factorize.slurm":
            words += ["--log", self.events_file]
        self.id = must(words, cwd=directory, env={**os.environ, **environment}).strip()

    def shown(self):
        """What scontrol tells: {"JobState": "RUNNING", ...}."""
        words = must(["scontrol", "--oneliner", "show", "job", self.id]).split()
        return dict(word.split("=", 1) for word in words if "=" in word)

    def log(self):
        file = self.directory / f"factorize-{self.id}.log"
        return file.read_text(errors="replace") if file.exists() else ""

    def events(self, *kinds):
        return events_in(self.events_file, *kinds)

    def blocks_committed(self):
        return sum(event["blocks"] for event in self.events("commit"))

    def await_commits(self, blocks=1):
        """Until so many blocks more are committed."""
        enough = self.blocks_committed() + blocks
        wait_for(lambda: self.blocks_committed() >= enough, lambda: f"{enough} blocks\n{self.log()}")

    def await_state(self, *states):
        wait_for(lambda: self.shown()["JobState"] in states, lambda: f"{states}: {self.shown()}\n{self.log()}")

    def await_end(self, deadline_s=programs.A_RUN_S):
        """Waits until the job is over, without the two minutes that Slurm lets a requeued job wait; returns `shown()`."""
        def over():
            shown = self.shown()
            if (shown["JobState"], shown["Reason"]) == ("PENDING", "BeginTime"):
                sandbox("hurry", self.id)
            return shown if shown["JobState"] not in ("PENDING", "RUNNING", "COMPLETING", "CONFIGURING", "REQUEUED") else None
        return wait_for(over, lambda: f"the end: {self.shown()}\n{self.log()}", deadline_s)

    def workers(self):
        """{rank: (host, pid inside that node)} of those that registered last."""
        return {event["rank"]: (event["host"], event["pid"]) for event in self.events("register_worker")}

    def remote_worker(self):
        """(rank, host, pid) of a worker on another node than rank 0, which knows it."""
        self.await_state("RUNNING")
        first = self.shown()["BatchHost"]
        return wait_for(lambda: [(rank, *where) for rank, where in self.workers().items() if where[0] != first],
                        lambda: f"a worker on another node\n{self.log()}")[0]


class TestCase(unittest.TestCase):
    """With a directory, and four nodes of its own: those of the partition quad<self.quad>."""

    @classmethod
    def setUpClass(cls):
        cls.directory = pathlib.Path(os.environ["SANDBOX_DIR"]).parent / cls.__name__
        cls.directory.mkdir()

    def job(self, output, *arguments, range=RANGE, seconds=0, options=(), launcher="mpirun", **more):
        """Eight ranks; `seconds`: what the undisturbed job takes."""
        return Job(self.directory, output, ["--range", range, *arguments],
                   [f"--partition=quad{self.quad}", "--ntasks=8", "--nodes=3-4", "--time=10", *options],
                   FACTORIZE_LAUNCHER=launcher, FACTORIZE_TEST_PAUSE_US=str(int(seconds * 1e6 * WORKERS / NUMBERS)), **more)

    def check_done(self, job, restarts, range=RANGE, **options):
        """The job ends with 0 after so many restarts, and its file is that of an undisturbed run."""
        shown = job.await_end(**options)
        said = job.log()
        self.assertEqual((shown["JobState"], shown["ExitCode"]), ("COMPLETED", "0:0"), said)
        self.assertEqual(int(shown["Restarts"]), restarts, said)
        self.assertTrue(said.rstrip().endswith("factorize.slurm: done"), said)
        self.assertNotIn("\r", said)
        self.check_same(job.output, undisturbed(range))
        with h5py.File(job.output, "r") as file:
            attributes = {name: file.attrs[name] for name in ("status", "slurm_job_id", "slurm_restarts", "hosts")}
        text = {name: bytes(value).rstrip(b"\0").decode() for name, value in attributes.items() if name != "slurm_restarts"}
        self.assertEqual((text["status"], text["slurm_job_id"]), ("complete", job.id))
        self.assertEqual(attributes["slurm_restarts"], restarts)
        self.assertEqual(set(text["hosts"].split(",")), set(hosts_of(shown["NodeList"])))

    def check_failed(self, job, status, *texts):
        """The job ends with this status and one line of factorize's, which holds the texts, and was not restarted."""
        shown = job.await_end()
        said = job.log()
        self.assertEqual((shown["JobState"], shown["ExitCode"], shown["Restarts"]), ("FAILED", f"{status}:0", "0"), said)
        lines = [line for line in said.splitlines() if line.startswith("factorize: ")]
        self.assertEqual(len(lines), 1, said)
        for text in texts:
            self.assertIn(text, lines[0])

    def check_same(self, output, expected):
        for name in DATASETS:
            must(["h5diff", output, expected, f"/{name}"])


def hosts_of(node_list):
    return must(["scontrol", "show", "hostnames", node_list]).split()


_making = threading.Lock()


def undisturbed(range):
    """The file that one rank on the login node makes of this range."""
    with _making:
        path = pathlib.Path(os.environ["SANDBOX_DIR"]).parent / f"{range.replace(':', '-')}.h5"
        if not path.exists():  # it is there whole or not at all
            must([FACTORIZE, "run", "--range", range, "--output", path.with_suffix(".made")])
            path.with_suffix(".made").rename(path)
    return path


def run_one(case):
    """Runs a class of tests; returns its result, and says what became of it."""
    text = io.StringIO()
    start = time.monotonic()
    result = unittest.TextTestRunner(text, verbosity=2).run(unittest.defaultTestLoader.loadTestsFromTestCase(case))
    print(f"{case.__name__}, {time.monotonic() - start:.0f} s\n{text.getvalue()}", flush=True)
    return result


def main(*cases):
    """Runs the classes side by side, in one cluster."""
    if os.environ.get(INSIDE) is None:
        if reason := why_not():
            print(f"skipped: the tests under Slurm: {reason}")
            sys.exit(SKIPPED)
        os.execvpe(UNSHARE[0], [*UNSHARE, sys.executable, "-B", *sys.argv], {**os.environ, INSIDE: "yes"})
    chosen = [case for case in cases if re.search(sys.argv[1] if len(sys.argv) > 1 else "", case.__name__)]
    for quad, case in enumerate(chosen, 1):
        case.quad = quad
    with tempfile.TemporaryDirectory(prefix="factorize-slurm-", ignore_cleanup_errors=True) as directory:
        program = pathlib.Path(directory) / "bin"
        program.mkdir()
        (program / "factorize").symlink_to(FACTORIZE_FAULTY)
        os.environ |= {"SANDBOX_DIR": f"{directory}/sandbox", "PATH": f"{program}:{os.environ['PATH']}"}
        sandbox("up", 4 * len(chosen))
        try:
            settings = re.findall(r"(\w+)=(\S+)", sandbox("env"))
            os.environ |= dict(settings)
            with concurrent.futures.ThreadPoolExecutor(len(chosen)) as pool:
                results = list(pool.map(run_one, chosen))
        finally:
            sandbox("down", "--purge")
    sys.exit(not all(result.wasSuccessful() for result in results))
