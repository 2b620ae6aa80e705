"""What the turns of end_to_end.py say: medians, ratios and goals as Markdown tables, and a plot."""
import statistics

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402 (after the choice of what draws)

CORES = 2  # everybody's: end_to_end.py pins all to them
BYTES_GOALS = {("10^7", "full"): 28, ("10^9", "full"): 46, ("10^12", "full"): 80,
               ("10^7", "half"): 10, ("10^9", "half"): 14, ("10^12", "half"): 24}
START_OF = {"one worker": 2, "disk": "disk"}  # which job of one number is taken from a run; from all others that with -np 3


def table(*rows):
    for row in rows:
        print("|", " | ".join(str(cell) for cell in row), "|")
    print(flush=True)


def without_start(turns):
    """The turns' runs, less the middle one of the jobs of one number."""
    def start(where):
        starts = sorted((turn["start", where] for turn in turns), key=lambda run: run.seconds)
        return starts[len(starts) // 2]

    starts = {where: start(where) for where in (2, 3, "disk")}
    return starts, [{what: found.less(starts[START_OF.get(what, 3)]) if hasattr(found, "less") else found
                     for what, found in turn.items()} for turn in turns]


def share_of_rank_0(run, key="cpu_s"):
    return run.rank_0[key] / run.seconds


def phases_of_list(run):
    """(seconds of factoring, seconds of all that follows)"""
    begins = [event["time"] for event in run.calls() if event["first_block"] == 0 and event["attempt"] == 1]
    factored = max(event["time"] for event in run.named("dispatch_results") if event["time"] < begins[1])
    return factored - begins[0], run.events[-1]["time"] - factored


def print_tables(turns, numbers, list_numbers, goals):
    """numbers: {job: how many}; goals: whether to judge."""
    starts, turns = without_start(turns)

    def median(figure):
        return statistics.median(figure(turn) for turn in turns)

    def rate(what, job):
        return lambda turn: numbers[job] / turn[what].seconds

    rows = []

    def judge(what, figure, goal=None, at_most=False, text="{:.2f}"):
        value = median(figure)
        if goal is None or not goals:
            bound = met = ""
        else:
            bound = ("<= " if at_most else ">= ") + text.format(goal)
            met = "yes" if (value <= goal if at_most else value >= goal) else "no"
        rows.append((what, text.format(value), bound, met))

    full = ("10^9", "full")
    judge("10^9, in memory: raw factor bytes/s against one core's generating and encoding, times the cores that rank 0 leaves",
          lambda turn: turn["raw bytes a number"] * rate(full, "10^9")(turn)
          / (turn["single core"] * (CORES - share_of_rank_0(turn[full]))), 0.90)
    judge("10^9, on disk, durable: rate against `dd conv=fdatasync` or against memory, whichever is the slower",
          lambda turn: max(turn["dd"], turn[full].seconds) / turn["disk"].seconds, 0.80)
    for store, goal in (("full", 8), ("half", 15)):
        for job in numbers:
            judge(f"{job}{' --store half' if store == 'half' else ''}: numbers/s against PARI without output",
                  lambda turn: turn[job, "PARI"] * rate((job, store), job)(turn), goal, text="{:.1f}x")
    judge("10^7: numbers/s against the seven lines of Python on all cores",
          lambda turn: turn["seven lines, all cores"] * rate(("10^7", "full"), "10^7")(turn), 1e5, text="{:.0f}x")
    judge("10^7: against them on one", lambda turn: turn["seven lines"] * rate(("10^7", "full"), "10^7")(turn), text="{:.0f}x")
    judge("10^9: against mpi4py.futures, sympy and h5py, `-np 3`", lambda turn: turn["sympy"] * rate(full, "10^9")(turn),
          text="{:.0f}x")
    judge("list of random 64-bit numbers: factoring, against the kernel and the certification alone on two cores",
          lambda turn: list_numbers / phases_of_list(turn["list"])[0] / turn["kernel"], 0.90)
    judge("the list: laying out, of the whole",
          lambda turn: phases_of_list(turn["list"])[1] / sum(phases_of_list(turn["list"])), 0.10, at_most=True)
    judge("10^9: rank 0's CPU beyond its writes, of a core",
          lambda turn: share_of_rank_0(turn[full]) - share_of_rank_0(turn[full], "write_s"), 0.08, at_most=True)
    judge("10^9: parallel efficiency of 2 workers against 1, rank 0's CPU taken out of the two cores",
          lambda turn: turn["one worker"].seconds / turn[full].seconds / (CORES - share_of_rank_0(turn[full])), 0.95)
    judge("... as a user sees it", lambda turn: turn["one worker"].seconds / turn[full].seconds / CORES)
    for (job, store), goal in BYTES_GOALS.items():
        judge(f"{job}{' --store half' if store == 'half' else ''}: bytes a number",
              lambda turn: turn[job, store].file_bytes / numbers[job], goal, at_most=True, text="{:.1f}")
    table(("what", "median", "goal", "met"), ("---",) * 4, *rows)

    def row(name, what, count):
        def of(figure):
            return median(lambda turn: figure(turn[what]))
        return (name, f"{of(lambda run: run.seconds):.2f} s", f"{of(lambda run: count / run.seconds) / 1e6:.2f} M",
                f"{of(lambda run: run.file_bytes / run.seconds) / 1e6:.0f} MB", f"{100 * of(share_of_rank_0):.0f} %",
                f"{100 * of(lambda run: share_of_rank_0(run, 'write_s')):.0f} %",
                f"{of(lambda run: run.rank_0['peak_memory_bytes']) / 1e6:.0f} MB",
                f"{of(lambda run: max(run.peak_memory_of_workers())) / 1e6:.0f} MB")

    table(("our runs, start-up taken out", "time", "numbers/s", "file/s", "rank 0: CPU", "of it writing", "its memory",
           "a worker's"), ("---",) * 8,
          *(row(f"{job}, {store}", (job, store), numbers[job]) for job in numbers for store in ("full", "half")),
          row("10^9, one worker", "one worker", numbers["10^9"]), row("10^9, on disk", "disk", numbers["10^9"]),
          row("list of random 64-bit numbers", "list", list_numbers))
    print(f"Start-up, by jobs of one number: {starts[2].seconds:.2f} s with `-np 2`, {starts[3].seconds:.2f} with `-np 3`, "
          f"{starts['disk'].seconds:.2f} on disk; rank 0's CPU in it {1000 * starts[3].rank_0['cpu_s']:.0f} ms.", end="\n\n")

    table(("others, start-up taken out", "a number"), ("---",) * 2,
          *((f"PARI, one core, {job}", f"{1e6 * median(lambda turn: turn[job, 'PARI']):.2f} us") for job in numbers),
          *((f"{name}, 10^7", f"{1e3 * median(lambda turn: turn[name]):.0f} ms") for name in
            ("seven lines", "seven lines, all cores")),
          ("mpi4py.futures, sympy, h5py with `-np 3`, 10^9", f"{1e6 * median(lambda turn: turn['sympy']):.0f} us"),
          ("ours, generating and encoding only, one core, 10^9",
           f"{1e9 * median(lambda turn: turn['raw bytes a number'] / turn['single core']):.0f} ns"),
          ("ours, factoring and certifying a list only, two cores", f"{1e9 / median(lambda turn: turn['kernel']):.0f} ns"),
          ("`dd conv=fdatasync` of the bytes of 10^9", f"{median(lambda turn: turn['dd']):.2f} s in all"))


def rates(scaling, strong_numbers, weak_numbers):
    """[(ranks, numbers/s of the strong job, of the weak)]"""
    return [(ranks, strong_numbers / statistics.median(strong for strong, _ in found),
             weak_numbers * max(ranks - 1, 1) / statistics.median(weak for _, weak in found))
            for ranks, found in scaling.items()]


def print_scaling(scaling, strong_numbers, weak_numbers):
    found = rates(scaling, strong_numbers, weak_numbers)
    one = next((strong, weak) for ranks, strong, weak in found if ranks == 2)

    def speed(rate, base, workers):
        return f"{rate / 1e6:.2f} M ({rate / base:.2f}x of {min(workers, CORES)})"

    table(("ranks", "workers", f"strong: {strong_numbers} numbers, numbers/s", f"weak: {weak_numbers} a worker, numbers/s"),
          ("---",) * 4,
          *((ranks, max(ranks - 1, 1), speed(strong, one[0], max(ranks - 1, 1)), speed(weak, one[1], max(ranks - 1, 1)))
            for ranks, strong, weak in found))


def plot_scaling(scaling, strong_numbers, weak_numbers, path):
    found = rates(scaling, strong_numbers, weak_numbers)
    ranks = [each[0] for each in found]
    one = next(strong for ranks_, strong, _ in found if ranks_ == 2)
    figure, axes = pyplot.subplots(figsize=(6, 3.5), layout="constrained")
    axes.plot(ranks, [strong / 1e6 for _, strong, _ in found], "o-", label=f"strong: {strong_numbers / 1e6:g} M numbers")
    axes.plot(ranks, [weak / 1e6 for *_, weak in found], "s-", label=f"weak: {weak_numbers / 1e6:g} M a worker")
    axes.plot(ranks, [one / 1e6 * min(max(each - 1, 1), CORES) for each in ranks], "k:",
              label=f"one worker's, times workers, at most {CORES}")
    axes.set(xlabel="ranks (rank 0 and workers; 1: both in one)", ylabel="million numbers/s", ylim=(0, None),
             title=f"10^9, full, output in memory, {CORES} cores")
    axes.legend()
    figure.savefig(path, dpi=100)
