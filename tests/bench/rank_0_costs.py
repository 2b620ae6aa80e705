#!/usr/bin/env python3
"""Measures what rank 0 spends on a task, on a MB and on waiting, and prints it as JSON, which scaling_model.py is fed with.

rank_0_costs.py --bin DIR [--memory DIR] > rank_0_costs.json      # two minutes on two idle cores, a third of it computing

CPU time (rank_clock.c) of whole runs, less that of a job of one number, except for what is done before the first task, which is
time by the log. The program with pauses (tests/faults) stands for workers that have a core each: they sleep instead of computing.
"""
import argparse
import datetime
import json
import os
import pathlib
import sys
import tempfile

import numpy

import runs

SEED = 20250101
WORKERS = 8  # to measure tasks and waiting with
FIRST = 10**9
# First number and how many: some seconds each on two cores.
JOBS = {"10^9": (10**9, 10_000_000), "10^12": (10**12, 4_000_000), "10^18": (10**18, 1_500_000)}
LIST_NUMBERS = 1_000_000
CHECKED_WORKERS = (1, 2, 3, 4, 6, 8)
PAUSE_US, CHECKED_NUMBERS = 2, 1_500_000  # a number; a worker


class Costs:
    def __init__(self, bin_directory, output):
        self.bin, self.output, self.starts = bin_directory, output, {}

    def run(self, workers, job, first=1, **more):
        """Less its start-up: a job of its first number, for a certificate takes longer where numbers are large."""
        if (workers, first) not in self.starts:
            self.starts[workers, first] = runs.run(self.bin, workers + 1, ("--range", f"{first}:{first}"), self.output)
        start = self.starts[workers, first]
        run = runs.run(self.bin, workers + 1, job, self.output, **more)
        run.serial_s = max(self.serial_s(run) - self.serial_s(start), 0)
        return run.less(start)

    def paused(self, workers, first, count, pause_us):
        return self.run(workers, ("--range", f"{first}:{first + count - 1}"), first, program="factorize_faulty",
                        FACTORIZE_TEST_PAUSE_US=str(pause_us))

    def waiting_and_task(self):
        """(CPU seconds a second that rank 0 waits, CPU seconds a task of some 3 KB), from a few tasks and from many."""
        few = self.paused(WORKERS, 1, 16 * WORKERS, 250_000)  # in two blocks of 8 numbers for each worker: 4 s
        many = self.paused(WORKERS, 1, 64 * 256, 4_000)  # in 256 blocks of 64 numbers, of a quarter of a second
        return numpy.linalg.solve([[run.seconds, len(run.named("dispatch_results"))] for run in (few, many)],
                                  [run.rank_0["cpu_s"] - run.serial_s for run in (few, many)])

    def task_a_worker(self):
        """CPU seconds a task for each worker there is, of the orchestrator alone."""
        found = json.loads(runs.timed([self.bin / "orchestrator_bench", "--benchmark_filter=result_in_the_middle/(64|1024)$",
                                       "--benchmark_format=json"])[2])["benchmarks"]
        return 1e-9 * (found[1]["cpu_time"] - found[0]["cpu_time"]) / (1024 - 64)

    def job(self, arguments, first, numbers, waiting, task_s):
        """Of a job with two workers that compute."""
        run = self.run(2, arguments, first)
        results = run.named("dispatch_results")
        megabytes = sum(result["bytes"] for result in results) / 1e6
        rank_0_s = run.rank_0["cpu_s"] - run.serial_s - task_s * len(results) - waiting * run.seconds
        return {"worker_us_a_number": 1e6 * (run.cpu_s - run.rank_0["cpu_s"]) / numbers,
                "payload_bytes_a_number": 1e6 * megabytes / numbers,
                "rank_0_ms_a_mb": 1e3 * rank_0_s / megabytes,
                "of_it_writing_ms_a_mb": 1e3 * run.rank_0["write_s"] / megabytes,
                "serial_ns_a_number": 1e9 * run.serial_s / numbers}

    @staticmethod
    def serial_s(run):
        """From the last hello to the first task, and between the two phases of a list."""
        tasks = run.calls()
        begins = [task["time"] for task in tasks if task["first_block"] == 0 and task["attempt"] == 1]
        serial_s = begins[0] - max(worker["time"] for worker in run.named("register_worker"))
        for begin in begins[1:]:
            serial_s += begin - max(result["time"] for result in run.named("dispatch_results") if result["time"] < begin)
        return max(serial_s, 0)


def measure(costs, list_file):
    waiting, task_s = costs.waiting_and_task()
    jobs = {name: costs.job(("--range", f"{first}:{first + count - 1}"), first, count, waiting, task_s)
            for name, (first, count) in JOBS.items()}
    numpy.random.default_rng(SEED).integers(1, 2**64, LIST_NUMBERS, numpy.uint64).tofile(list_file, "\n")
    jobs["list of random 64-bit numbers"] = costs.job(("--input", list_file), 1, LIST_NUMBERS, waiting, task_s)
    checks = [{"job": "10^9", "workers": workers, "numbers": workers * CHECKED_NUMBERS, "pause_us_a_number": PAUSE_US,
               "seconds": costs.paused(workers, FIRST, workers * CHECKED_NUMBERS, PAUSE_US).seconds} for workers in CHECKED_WORKERS]
    return {"waiting_share_of_a_core": waiting, "task_s": {"base": task_s, "a_worker": costs.task_a_worker()}, "jobs": jobs,
            "checks": checks}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", type=pathlib.Path, required=True)
    parser.add_argument("--memory", default="/dev/shm")
    options = parser.parse_args()
    with open("/proc/cpuinfo") as file:
        cpu = next(text for text in file if text.startswith("model name")).split(":")[1].strip()
    with tempfile.TemporaryDirectory(dir=options.memory) as directory:
        costs = Costs(options.bin.resolve(), pathlib.Path(directory, "job.h5"))
        about = {"date": str(datetime.date.today()), "cpu": cpu, "cores": len(os.sched_getaffinity(0)),
                 "load": round(os.getloadavg()[0], 1)}
        json.dump({**about, **measure(costs, pathlib.Path(directory, "list"))}, sys.stdout, indent=1)
        print()


if __name__ == "__main__":
    main()
