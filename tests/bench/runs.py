"""One `mpirun factorize run`, and what it cost: for end_to_end.py and rank_0_costs.py."""
import dataclasses
import json
import os
import pathlib
import resource
import subprocess
import tempfile
import time

MPI = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1", "OMPI_MCA_rmaps_base_oversubscribe": "1",
       "OMPI_MCA_hwloc_base_binding_policy": "none"}  # Open MPI asks before it does any of these
CLOCK_KEYS = ("cpu_s", "user_s", "write_s", "writes", "written_bytes")


@dataclasses.dataclass
class Run:
    seconds: float  # of mpirun, by the clock on the wall
    cpu_s: float  # of all ranks and of mpirun, user and system
    rank_0: dict  # what rank_clock.c says
    events: list  # of --log
    file_bytes: int
    serial_s: float = 0  # before the first task and between the phases, where somebody asks

    def less(self, start_up):
        """This run without what a job of one number costs."""
        rank_0 = {key: value - start_up.rank_0[key] if key in CLOCK_KEYS else value for key, value in self.rank_0.items()}
        return dataclasses.replace(self, seconds=max(self.seconds - start_up.seconds, 0.001), cpu_s=self.cpu_s - start_up.cpu_s,
                                   rank_0=rank_0)

    def named(self, kind):
        return [event for event in self.events if event["event"] == kind]

    def calls(self):
        """When each task was handed to a worker, and which."""
        return [event for event in self.named("factors_of") if event["state"] == "called"]

    def peak_memory_of_workers(self):
        return [event["peak_memory_bytes"] for event in self.named("unregister_worker")]


def timed(command, **variables):
    """(seconds on the wall, CPU seconds of it and its children, what it printed). SystemExit with what it says if it fails or
    says anything."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    done = subprocess.run([str(word) for word in command], env={**os.environ, **MPI, **variables}, text=True,
                          capture_output=True, stdin=subprocess.DEVNULL)
    seconds = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0 or done.stderr:
        raise SystemExit(f"{' '.join(str(word) for word in command)}: status {done.returncode}: {done.stderr}")
    return seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stdout


def run(bin_directory, ranks, job, output, program="factorize", keep=False, **variables):
    """Runs a job, such as ("--range", "1:9"). keep: leave the output. variables: more of the environment."""
    output = pathlib.Path(output)
    with tempfile.TemporaryDirectory() as directory:
        clock, log = pathlib.Path(directory, "clock"), pathlib.Path(directory, "log")
        rank = [bin_directory / program, "run", *job, "--output", output, "--overwrite", "--log", log, "--log-level",
                "debug", "--quiet"]
        command = ["mpirun", "-np", 1, "env", f"LD_PRELOAD={bin_directory / 'rank_clock.so'}", f"RANK_CLOCK={clock}", *rank]
        if ranks > 1:
            command += [":", "-np", ranks - 1, *rank]
        seconds, cpu_s, _ = timed(command, **variables)
        done = Run(seconds, cpu_s, json.loads(clock.read_text()),
                   [json.loads(line) for line in log.read_text().splitlines()], output.stat().st_size)
    if done.named("worker_lost") or done.named("task_failed"):
        raise SystemExit(f"{' '.join(str(word) for word in command)}: it lost a worker or a task")
    if not keep:
        output.unlink()
    return done
