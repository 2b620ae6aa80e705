#!/usr/bin/env python3
"""How many workers does rank 0 serve? A discrete-event model of a run, fed with what rank_0_costs.py measured.

scaling_model.py [--costs FILE] [--plot FILE]

Rank 0 is one server: each result waits for those before it and takes a fixed time, a time for each worker there is (its loops pass
over all of them) and a time for each MB; then its worker is handed the next task. Workers have a core each, hold a task in reserve
as those of cluster/orchestrator do, and get tasks as large as cluster/task_sizer makes them. Not in the model: the network, the
file system (outputs were in memory: a disk or a file server of W MB/s ends it at W MB/s), cores shared with others,
faults, and how tasks differ from each other.
"""
import argparse
import collections
import dataclasses
import heapq
import json
import math
import pathlib

# cluster/limits.hpp, cluster/task_sizer.cpp, jobs/layout.cpp
TARGET_TASK_S, MIN_TASK_S, MAX_TASK_MB, MAX_GROWTH = 0.5, 0.01, (1 << 24) / 1e6, 4
USUAL_BLOCK_NUMBERS, BLOCKS_OF_A_SMALL_JOB = 16384, 256
NAP_S = 0.0005  # app/nap.hpp: a sleeping rank sees a message half a millisecond late in the mean

WORKERS = (1, 2, 4, 8, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000)
TASKS, TASKS_A_WORKER = 100_000, (3, 200)  # of the usual size, in the jobs that are predicted: in all; least and most


@dataclasses.dataclass
class Job:
    numbers: int
    number_s: float  # of a worker
    number_mb: float  # that travels to rank 0
    serial_s: float = 0  # before the first task
    block: int = USUAL_BLOCK_NUMBERS


@dataclasses.dataclass
class Rank0:
    task_s: float
    task_s_a_worker: float
    mb_s: float

    def seconds(self, workers, megabytes):
        return self.task_s + self.task_s_a_worker * workers + self.mb_s * megabytes


class TaskSizer:
    """Numbers of the next task; workers are alike and never err, so that what one measured holds for all."""

    def __init__(self, job, workers):
        self.job, self.workers, self.largest_seen = job, workers, 0

    def size(self, remaining):
        wanted = least = self.job.block
        if self.largest_seen:
            wanted = max(wanted, min(TARGET_TASK_S / self.job.number_s, MAX_GROWTH * self.largest_seen))
            least = max(least, min(MIN_TASK_S / self.job.number_s, wanted))
        guided = remaining / (2 * self.workers)
        size = min(wanted, max(guided, min(least, self.job.numbers / self.workers)))
        if self.largest_seen:
            size = min(size, MAX_TASK_MB / self.job.number_mb)
        return min(max(size // self.job.block, 1) * self.job.block, remaining)


@dataclasses.dataclass
class Worker:
    in_hand: int = 0
    waiting: collections.deque = dataclasses.field(default_factory=collections.deque)  # (when it arrives, its numbers)
    busy: bool = False


def run_seconds(job, workers, rank_0):
    """From the first task's preparation to the last result stored."""
    sizer = TaskSizer(job, workers)
    everyone = [Worker() for _ in range(workers)]
    finished = []  # heap of (time, worker, numbers)
    remaining = job.numbers
    free = job.serial_s  # when rank 0 is

    def begin(who, now):
        worker = everyone[who]
        arrival, numbers = worker.waiting.popleft()
        worker.busy = True
        heapq.heappush(finished, (max(now, arrival) + numbers * job.number_s, who, numbers))

    def feed(who, reserve):
        nonlocal remaining
        worker = everyone[who]
        if remaining <= 0 or worker.in_hand > reserve:
            return
        size = sizer.size(remaining)
        if reserve and remaining / workers < size:
            return
        remaining -= size
        worker.in_hand += 1
        worker.waiting.append((free + NAP_S, size))
        if not worker.busy:
            begin(who, free)

    for reserve in (False, True):
        for who in range(workers):
            free += rank_0.seconds(0, 0)
            feed(who, reserve)
    while finished:
        now, who, numbers = heapq.heappop(finished)
        worker = everyone[who]
        worker.in_hand -= 1
        worker.busy = False
        if worker.waiting:
            begin(who, now)
        free = max(free, now) + rank_0.seconds(workers, numbers * job.number_mb)
        sizer.largest_seen = max(sizer.largest_seen, numbers)
        feed(who, False)
        feed(who, True)
    return free


def usual_task(job):
    """Numbers of a task of a long job."""
    size = min(TARGET_TASK_S / job.number_s, MAX_TASK_MB / job.number_mb)
    return max(size // job.block, 1) * job.block


def saturation(job, rank_0):
    """So many workers deliver as fast as rank 0 takes: n * (task + n * per worker + MB) = what a task takes a worker."""
    task = usual_task(job)
    fixed, slope, work = rank_0.seconds(0, task * job.number_mb), rank_0.task_s_a_worker, task * job.number_s
    return work / fixed if slope == 0 else (math.sqrt(fixed * fixed + 4 * slope * work) - fixed) / (2 * slope)


def job_of(costs, numbers, pause_us=0):
    block = max(min(2 ** int(math.log2(max(numbers / BLOCKS_OF_A_SMALL_JOB, 8))), USUAL_BLOCK_NUMBERS), 8)
    return Job(numbers, 1e-6 * (costs["worker_us_a_number"] + pause_us), 1e-6 * costs["payload_bytes_a_number"],
               1e-9 * costs["serial_ns_a_number"] * numbers, block)


def rank_0_of(costs, job):
    task_s = costs["task_s"]
    return Rank0(task_s["base"], task_s["a_worker"], 1e-3 * costs["jobs"][job]["rank_0_ms_a_mb"])


def table(*rows):
    for row in rows:
        print("|", " | ".join(str(cell) for cell in row), "|")
    print()


def predictions(costs):
    """{job: [efficiency for each of WORKERS]}: what the workers compute in the time they and rank 0 take."""
    found = {}
    for name, measured in costs["jobs"].items():
        usual = usual_task(job_of(measured, 10**12))
        found[name] = []
        for workers in WORKERS:
            tasks = workers * min(max(TASKS // workers, TASKS_A_WORKER[0]), TASKS_A_WORKER[1])
            job = job_of(measured, int(usual * tasks))
            found[name].append(job.numbers * job.number_s / workers / run_seconds(job, workers, rank_0_of(costs, name)))
    return found


def print_saturation(costs):
    rows = []
    for name, measured in costs["jobs"].items():
        job, rank_0 = job_of(measured, 10**12), rank_0_of(costs, name)
        task = usual_task(job)
        rows.append((name, f"{measured['worker_us_a_number']:.2f} us", f"{measured['payload_bytes_a_number']:.1f}",
                     f"{measured['rank_0_ms_a_mb']:.2f} ms", f"{measured['of_it_writing_ms_a_mb']:.2f} ms",
                     f"{measured['serial_ns_a_number']:.1f} ns",
                     f"{1e3 * task * job.number_s:.0f} ms, {task * job.number_mb:.1f} MB", f"{saturation(job, rank_0):.1f}"))
    table(("job", "a number takes a worker", "bytes a number to rank 0", "a MB takes rank 0", "of it writing",
           "a number, before all tasks", "a task", "workers that saturate rank 0"), ("---",) * 8, *rows)


def print_checks(costs):
    rows = []
    for check in costs["checks"]:
        job = job_of(costs["jobs"][check["job"]], check["numbers"], check["pause_us_a_number"])
        predicted = run_seconds(job, check["workers"], rank_0_of(costs, check["job"]))
        rows.append((check["workers"], f"{check['seconds']:.2f} s", f"{predicted:.2f} s",
                     f"{100 * (predicted / check['seconds'] - 1):+.0f} %"))
    table(("workers", "measured", "predicted", "difference"), ("---",) * 4, *rows)


def plot(found, path):
    import matplotlib
    matplotlib.use("Agg")
    from matplotlib import pyplot
    figure, axes = pyplot.subplots(figsize=(6, 3.5), layout="constrained")
    for name, efficiencies in found.items():
        axes.semilogx(WORKERS, [100 * each for each in efficiencies], "o-", markersize=3, label=name)
    axes.set(xlabel="workers, a core each", ylabel="efficiency, %", ylim=(0, 105), title="One rank 0, predicted")
    axes.legend()
    figure.savefig(path, dpi=100)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--costs", type=pathlib.Path, default=pathlib.Path(__file__).parent / "rank_0_costs.json")
    parser.add_argument("--plot")
    options = parser.parse_args()
    costs = json.loads(options.costs.read_text())
    task_s = costs["task_s"]
    print(f"Measured {costs['date']}, {costs['cpu']}, {costs['cores']} cores, load {costs['load']}. A task takes rank 0 "
          f"{1e6 * task_s['base']:.0f} us and {1e9 * task_s['a_worker']:.0f} ns for each worker; waiting takes it "
          f"{100 * costs['waiting_share_of_a_core']:.1f} % of a core.\n")
    print_saturation(costs)
    print_checks(costs)
    found = predictions(costs)
    table(("workers", *found), ("---",) * (1 + len(found)),
          *((workers, *(f"{100 * efficiencies[at]:.3g} %" for efficiencies in found.values()))
            for at, workers in enumerate(WORKERS)))
    if options.plot:
        plot(found, options.plot)


if __name__ == "__main__":
    main()
