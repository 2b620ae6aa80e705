"""Measures what end_to_end.sh asks: everybody takes turns at the same jobs, checked to agree; figures.py tells what came out."""
import argparse
import datetime
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import h5py
import numpy
import sympy

import figures
import runs

PEERS = pathlib.Path(__file__).parent / "peers"
SEED = 20250101
# Their first number, how many numbers we take, how many PARI does.
JOBS = {"10^7": (10**7, 20_000_000, 1_000_000), "10^9": (10**9, 20_000_000, 1_000_000),
        "10^12": (10**12, 6_000_000, 1_000_000)}
LIST_NUMBERS = 1_000_000
SYMPY_NUMBERS = 40_000
STRONG_NUMBERS, WEAK_NUMBERS = 10_000_000, 2_500_000  # of the whole job; of each worker
SCALING_TURNS = 3  # at most: they take most of the time
TRIAL_DIVISIONS = {"seven lines": (PEERS / "seven_lines.py", 8),
                   "seven lines, all cores": (PEERS / "seven_lines_on_all_cores.py", 16)}  # how many numbers


def last_of(first, count):
    return first + count - 1


def range_job(first, count, *options):
    return ("--range", f"{first}:{last_of(first, count)}", *options)


class Bench:
    """fast, disk: directories in memory and on a disk, for outputs."""

    def __init__(self, options, fast, disk):
        self.bin = options.bin
        self.shrink = 1000 if options.quick else 1
        self.turns = 1 if options.quick else options.rounds
        self.ranks = (2,) if options.quick else range(1, 9)
        self.fast, self.disk = fast, disk
        self.list = fast / "list"
        numpy.random.default_rng(SEED).integers(1, 2**64, self.count(LIST_NUMBERS), numpy.uint64).tofile(self.list, "\n")

    def count(self, full):
        return max(full // self.shrink, 2)

    # -- How one turn of each is taken: seconds, or a Run.

    def ours(self, ranks, job, where=None, **more):
        return runs.run(self.bin, ranks, job, (where or self.fast) / "ours.h5", **more)

    def gp(self, code):
        """What PARI prints. It reports errors and still exits 0."""
        done = subprocess.run(["gp", "-f", "-q", "-s", "2G"], input=code, text=True, capture_output=True)
        if done.returncode != 0 or done.stderr or "***" in done.stdout:
            raise SystemExit(f"PARI: {done.stdout}{done.stderr}")
        return done.stdout.strip()

    def pari_s(self, first, count):
        """By PARI's own count of its CPU time, so without its start."""
        return int(self.gp(f"gettime; forfactored(N={first},{last_of(first, count)},divisors(N)); print(gettime)")) / 1000

    def python_s(self, script, first, count):
        return runs.timed([sys.executable, script, first, last_of(first, count)])[0]

    def sympy_s(self, first, count):
        output = self.fast / "peer.h5"
        return runs.timed(["mpirun", "-np", 3, sys.executable, "-m", "mpi4py.futures", PEERS / "sympy_mpi_h5py.py", first,
                           last_of(first, count), output])[0]

    def single_core(self, first, count):
        """(raw bytes of factors of a number, how many bytes of them one core generates and encodes in a second)"""
        found = json.loads(runs.timed([self.bin / "factorize", "bench", *range_job(first, count), "--json", "--output",
                                       self.fast / "ours.h5"])[2])
        return found["factor_bytes_a_number"], 1e6 * found["core_mb_per_s"]

    def kernel_rate(self):
        """Numbers a second that two cores factor and certify, at the same time and alone."""
        command = [self.bin / "numbers_bench", "--benchmark_filter=factor_and_certify", "--benchmark_format=json"]
        if self.shrink > 1:
            command.append("--benchmark_min_time=0.01")
        both = [subprocess.Popen(["taskset", "-c", str(core), *command], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
                for core in os.sched_getaffinity(0)]
        return sum(json.loads(one.communicate()[0])["benchmarks"][0]["items_per_second"] for one in both)

    def dd_s(self, source):
        """Of a file's bytes, which memory has, to the disk, durable."""
        copy = self.disk / "copy"
        os.sync()
        seconds = runs.timed(["dd", f"if={source}", f"of={copy}", "bs=1M", "conv=fdatasync", "status=none"])[0]
        copy.unlink()
        return seconds

    # -- Nobody is compared who does other work.

    def shown(self, job):
        self.ours(3, job, keep=True)
        return runs.timed([self.bin / "factorize", "show", self.fast / "ours.h5"])[2]

    def agree(self, who, theirs, ours):
        if theirs != ours:
            raise SystemExit(f"{who}: results differ: {theirs[:200]} and {ours[:200]} (ours)")

    def check(self):
        for first, *_ in JOBS.values():
            theirs = self.gp(f"c=0;s=0;forfactored(N={first},{first + 999},d=divisors(N);c+=#d-2;s+=vecsum(d)-1-d[#d]);"
                             "print(c\" \"s%2^64)")
            lines = self.shown(range_job(first, 1000))
            ours = subprocess.run([self.bin / "divisors_timer"], input=lines, text=True, capture_output=True, check=True).stdout
            self.agree(f"PARI at {first}", theirs, ours.strip())
        first = JOBS["10^7"][0]
        ours = self.shown(range_job(first, 2))
        for name, (script, _) in TRIAL_DIVISIONS.items():
            self.agree(name, runs.timed([sys.executable, script, first, first + 1])[2], ours)
        first = JOBS["10^9"][0]
        self.sympy_s(first, 1000)
        self.ours(3, range_job(first, 1000), keep=True)
        with h5py.File(self.fast / "peer.h5") as theirs, h5py.File(self.fast / "ours.h5") as ours:
            for name in "numbers", "counts", "factors":
                self.agree(f"sympy's {name}", theirs[name][:].tolist(), ours[name][:].tolist())

    # -- All turns.

    def turn(self):
        """{what: a Run, or seconds a number, or a rate}"""
        first, count, _ = JOBS["10^9"]
        count = self.count(count)
        turn = {("start", 2): self.ours(2, range_job(first, 1)), ("start", 3): self.ours(3, range_job(first, 1))}
        turn["raw bytes a number"], turn["single core"] = self.single_core(first, count)
        for job, (first, count, pari_count) in JOBS.items():
            count, pari_count = self.count(count), self.count(pari_count)
            turn[job, "PARI"] = max(self.pari_s(first, pari_count), 0.001) / pari_count  # it counts milliseconds
            for store in "full", "half":
                turn[job, store] = self.ours(3, range_job(first, count, "--store", store))
        first, count, _ = JOBS["10^9"]
        count = self.count(count)
        turn["one worker"] = self.ours(2, range_job(first, count))
        os.sync()
        turn["start", "disk"] = self.ours(3, range_job(first, 1), self.disk)
        turn["disk"] = self.ours(3, range_job(first, count), self.disk, keep=True)
        turn["dd"] = self.dd_s(self.disk / "ours.h5")
        turn["kernel"] = self.kernel_rate()
        turn["list"] = self.ours(3, ("--input", self.list))
        for name, (script, count) in TRIAL_DIVISIONS.items():
            count = 2 if self.shrink > 1 else count
            turn[name] = (self.python_s(script, JOBS["10^7"][0], count) - self.python_s(script, 1, 1)) / count
        count = self.count(SYMPY_NUMBERS)
        turn["sympy"] = (self.sympy_s(first, count) - self.sympy_s(first, 1)) / count
        return turn

    def scaling(self):
        """{ranks: [(seconds of the strong, of the weak job)]}, without starting."""
        first = JOBS["10^9"][0]
        found = {ranks: [] for ranks in self.ranks}
        for _ in range(min(self.turns, SCALING_TURNS)):
            for ranks in self.ranks:
                start = self.ours(ranks, range_job(first, 1))
                strong = self.ours(ranks, range_job(first, self.count(STRONG_NUMBERS)))
                weak = self.ours(ranks, range_job(first, self.count(WEAK_NUMBERS) * max(ranks - 1, 1)))
                found[ranks].append((strong.less(start).seconds, weak.less(start).seconds))
        return found


def pin_to_cores():
    """This process and all that it starts."""
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < figures.CORES:
        raise SystemExit(f"end_to_end.py: needs {figures.CORES} cores, and has {len(cores)}")
    os.sched_setaffinity(0, cores[:figures.CORES])


def header(bench):
    with open("/proc/cpuinfo") as file:
        cpu = next(line for line in file if line.startswith("model name")).split(":")[1].strip()
    pari = bench.gp("v=version();print(v[1],\".\",v[2],\".\",v[3])")
    return (f"{datetime.date.today()}, {cpu}, {figures.CORES} cores, load {os.getloadavg()[0]:.1f}; PARI {pari}, "
            f"Python {sys.version.split()[0]}, SymPy {sympy.__version__}; medians of {bench.turns} turn(s); "
            f"the list from seed {SEED}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", type=pathlib.Path, required=True)
    parser.add_argument("--memory", required=True)
    parser.add_argument("--disk", required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--plot")
    options = parser.parse_args()
    pin_to_cores()
    with tempfile.TemporaryDirectory(dir=options.memory) as fast, tempfile.TemporaryDirectory(dir=options.disk) as disk:
        bench = Bench(options, pathlib.Path(fast), pathlib.Path(disk))
        print(header(bench), end="\n\n", flush=True)
        bench.check()
        if options.quick:
            print("All programs run and agree. (--quick: the figures mean nothing.)", end="\n\n", flush=True)
        turns = [bench.turn() for _ in range(bench.turns)]
        numbers = {job: bench.count(count) for job, (_, count, _) in JOBS.items()}
        figures.print_tables(turns, numbers, bench.count(LIST_NUMBERS), goals=not options.quick)
        scaling = bench.scaling()
        figures.print_scaling(scaling, bench.count(STRONG_NUMBERS), bench.count(WEAK_NUMBERS))
    if options.plot:
        figures.plot_scaling(scaling, bench.count(STRONG_NUMBERS), bench.count(WEAK_NUMBERS), options.plot)


if __name__ == "__main__":
    main()
