#!/usr/bin/env python3
"""Do many more ranks than cores come to an end, and does rank 0's memory depend on how long the job is? Prints a table.

many_ranks.py --bin DIR [--memory DIR] [WORKERS...]      # 8 64 256: five minutes, most of them mpirun's; 256 take 8 GB
"""
import argparse
import pathlib
import tempfile

import figures
import runs

FIRST = 10**9
NUMBERS = (8_000_000, 32_000_000, 128_000_000)  # with --store half: 2 GB at most


def row(bin_directory, workers, numbers, output):
    job = ("--range", f"{FIRST}:{FIRST + numbers - 1}", "--store", "half")
    run = runs.run(bin_directory, workers + 1, job, output)
    peaks = run.peak_memory_of_workers()
    return (workers, f"{numbers / 1e6:g} M", f"{run.seconds:.1f} s",
            f"{run.events[-1]['time'] - run.calls()[0]['time']:.1f} s", len(run.named("dispatch_results")),
            len(run.named("reassign")), f"{run.rank_0['cpu_s']:.2f} s", f"{run.rank_0['peak_memory_bytes'] / 1e6:.0f} MB",
            f"{min(peaks) / 1e6:.0f} to {max(peaks) / 1e6:.0f} MB", f"{sum(peaks) / 1e9:.2f} GB")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", type=pathlib.Path, required=True)
    parser.add_argument("--memory", default="/dev/shm")
    parser.add_argument("workers", nargs="*", type=int, default=(8, 64, 256))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.memory) as directory:
        output = pathlib.Path(directory, "job.h5")
        figures.table(("workers", "numbers", "in all", "from the first task on", "tasks", "reassigned", "rank 0's CPU",
                       "its peak memory", "a worker's", "all workers'"), ("---",) * 10,
                      *(row(options.bin.resolve(), workers, numbers, output) for workers in options.workers for numbers in NUMBERS))


if __name__ == "__main__":
    main()
