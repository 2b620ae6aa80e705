"""factorize plan: exact counts, a size close to that of the file then made, and a forecast that names its bottleneck."""
import json
import re
import resource
import signal
import subprocess
import unittest

import h5py

import support
from programs import events_in
from support import factorize


class Plan(support.TestCase):
    def plan(self, *arguments):
        done = factorize("plan", *arguments, "--json")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return json.loads(done.stdout)

    def check_against_file(self, *arguments):
        plan = self.plan(*arguments)
        path = self.make("planned.h5", *arguments, "--overwrite", ranks=2)
        with h5py.File(path, "r") as file:
            self.assertEqual(plan["numbers"], file["numbers"].size)
            self.assertEqual(plan["factors"], file["factors"].size)
            self.assertEqual(plan["raw_bytes"], sum(file[name].nbytes for name in support.DATASETS))
        self.assertAlmostEqual(plan["file_bytes"] / path.stat().st_size, 1, delta=0.15)

    def test_is_true_of_the_file_then_made(self):
        self.check_against_file("--range", "10000000:10300000")
        self.check_against_file("--range", "1000000000000:1000000200000")
        self.check_against_file("--range", "1000000000000:1000000200000", "--store", "half")
        self.check_against_file("--range", "1:200000", "--range", "18446744073709500000:18446744073709551615")

    def test_counts_what_nobody_could_store(self):
        plan = self.plan("--range", "1:18446744073709551615")
        self.assertEqual(plan["numbers"], 2**64 - 1)
        self.assertIsInstance(plan["factors"], float)
        self.assertAlmostEqual(plan["factors"] / 784279020363390916500, 1, delta=1e-15)
        self.assertGreater(plan["file_bytes"], 1e21)
        self.assertNotIn("seconds", plan)
        for key, value in plan.items():
            if key.endswith("_bytes") or key.startswith("memory_bytes_"):
                self.assertIsInstance(value, int if value < 2**64 else float, key)
        said = factorize("plan", "--range", "1:18446744073709551615").stdout
        self.assertRegex(said, r"\n  factors +784279020363390916500\n")

    def test_a_job_of_large_blocks_takes_the_memory_of_whole_ones(self):
        plan = self.plan("--range", "1:1000000000000")
        a_block = plan["file_bytes"] / 1_000_000
        self.assertGreater(plan["memory_bytes_worker"], 2 * a_block)
        self.assertGreater(plan["memory_bytes_rank_0"], 2 * a_block)

    def test_the_ranks_stay_within_the_memory_it_tells(self):
        job = ("--range", "1000000000000:1000002000000")
        plan = self.plan(*job, "--ranks", "3")
        log = self.directory / "memory.jsonl"
        done = factorize("run", *job, "--output", self.directory / "memory.h5", "--log", log, ranks=3)
        self.assertEqual(done.returncode, 0, done.stderr)
        rank_0 = re.search(r"peak memory  rank 0 ([\d.]+) MB", done.stdout)
        self.assertLess(float(rank_0[1]) * 1e6, plan["memory_bytes_rank_0"])
        seen = [event["peak_memory_bytes"] for event in events_in(log) if "peak_memory_bytes" in event]
        self.assertEqual(len(seen), 2)
        self.assertLess(max(seen), plan["memory_bytes_worker"])

    def test_measures(self):
        for ranks in (1, 4):
            plan = self.plan("--range", "1000000000000:1000010000000", "--measure", "--ranks", ranks, "--output",
                             self.directory / "out.h5")
            self.assertIn(plan["bottleneck"], ("generate", "shuffle", "deflate", "gather", "write"))
            self.assertEqual(plan["ranks"], ranks)
            worker, rank_0 = 1 / plan["worker_numbers_per_s"], 1 / plan["rank_0_numbers_per_s"]
            workers = min(max(ranks - 1, 1), plan["cores"])
            pace = max(worker / workers, rank_0, (worker + rank_0) / plan["cores"])
            self.assertAlmostEqual(plan["seconds"] / (plan["numbers"] * pace), 1, delta=0.15)
        self.assertEqual(list(self.directory.glob("out.h5*")), [], "left behind")

    def test_told_to_end_leaves_nothing(self):
        output = self.directory / "ended.h5"
        with subprocess.Popen([support.FACTORIZE, "plan", "--range", "1000000000000:1000010000000", "--measure", "--output", output],
                              stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as plan:
            try:
                while not list(self.directory.glob("ended.h5*")):
                    self.assertIsNone(plan.poll(), "ended before it wrote")
                plan.terminate()
                self.assertEqual(plan.wait(60), -signal.SIGTERM)
            finally:
                plan.kill()
        self.assertEqual(list(self.directory.glob("ended.h5*")), [], "left behind")

    def test_measures_any_range_in_little_memory(self):
        def in_500_mb():
            resource.setrlimit(resource.RLIMIT_AS, (500_000_000, 500_000_000))

        for last in (10**12, 10**13, 2**64 - 1):
            done = factorize("plan", "--range", f"1:{last}", "--measure", "--ranks", "2", "--json", "--output",
                             self.directory / "out.h5", preexec_fn=in_500_mb)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertGreater(json.loads(done.stdout)["seconds"], last / 1e9)

    def test_says_it_in_words(self):
        done = factorize("plan", "--range", "100:199", "--measure", "--output", self.directory / "out.h5")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertRegex(done.stdout, r"\Arange 100:199, store full\n  numbers +100\n  factors +\d+\n")
        self.assertRegex(done.stdout, r"\n  time +about [\d.]+k? (us|ms|s|minutes|hours|days|years) with -np \d+ [^\n]*; bottleneck: (generate|shuffle|deflate|gather|write)\n\Z")
        self.assertRegex(factorize("plan", "--range", "5:5").stdout, r"\n  time +not known without --measure\n\Z")

    def test_refuses_what_run_refuses(self):
        at = ("--range", "1:9", "--output", "/nowhere/out.h5")
        planned, run = factorize("plan", *at), factorize("run", *at)
        self.assertEqual((planned.returncode, planned.stderr), (run.returncode, run.stderr))
        self.assertIn("/nowhere does not exist; create it", planned.stderr)

    def test_refuses_a_list(self):
        for arguments in (["--input", "list.txt"], ["--input", "-", "--range", "1:9"], []):
            done = factorize("plan", *arguments)
            self.assertEqual((done.returncode, done.stdout), (2, ""))
            self.assertRegex(done.stderr, r"\Afactorize: nothing to plan: give --range FIRST:LAST \(what a list [^\n]+\n\Z")

    def test_refuses(self):
        for arguments, status in (([], 2), (["--range", "9:1"], 2), (["--range", "1:9", "--ranks", "0"], 2),
                                  (["--range", "1:9", "--measure", "--output", "/nowhere/out.h5"], 4)):
            done = factorize("plan", *arguments)
            self.assertEqual(done.returncode, status, done.stderr)
            self.assertRegex(done.stderr, r"\Afactorize: [^\n]+\n\Z")


if __name__ == "__main__":
    unittest.main(verbosity=2)
