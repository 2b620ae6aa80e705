"""factorize bench: the rate of every stage, alone and between ranks, and a forecast that follows from them."""
import json
import unittest

import support
from support import factorize

STAGES = {"generate", "shuffle", "deflate", "gather", "write"}


class Bench(support.TestCase):
    def bench(self, *arguments, ranks=None):
        done = factorize("bench", "--output", self.directory / "out.h5", "--json", *arguments, ranks=ranks)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(list(self.directory.glob("out.h5*")), [], "left behind")
        return json.loads(done.stdout)

    def check(self, bench, factor_bytes, delta):
        """The rates belong together: MB/s to numbers/s, sums to their parts, the forecast to the sums."""
        self.assertAlmostEqual(bench["factor_bytes_a_number"] / factor_bytes, 1, delta=delta)
        self.assertIn(bench["bottleneck"], STAGES)
        seconds = {}
        for name, megabytes in bench.items():
            if not name.endswith("_mb_per_s"):
                continue
            stage = name.removesuffix("_mb_per_s")
            seconds[stage] = 1 / bench[f"{stage}_numbers_per_s"]
            self.assertAlmostEqual(1e6 * megabytes * seconds[stage] / bench["factor_bytes_a_number"], 1)
        core = seconds["generate"] + seconds["shuffle"] + seconds["deflate"]
        worker = core + seconds.get("send", 0)
        rank_0 = seconds["gather"] + seconds["write"]
        self.assertAlmostEqual(seconds["core"] / core, 1)
        self.assertAlmostEqual(seconds["rank_0"] / rank_0, 1)
        self.assertAlmostEqual(bench["most_workers"] / (worker / rank_0), 1)
        pace = max(worker / min(bench["workers"], bench["cores"]), rank_0, (worker + rank_0) / bench["cores"])
        self.assertAlmostEqual(seconds["expected"] / pace, 1)
        self.assertEqual(STAGES - set(seconds), set())
        return seconds

    def test_between_ranks(self):
        bench = self.bench("--range", "10000000:19999999", ranks=3)
        self.assertEqual((bench["workers"], bench["between_ranks"]), (2, True))
        # ln n + 2 * 0.5772 divisors near n, without 1 and n
        self.assertIn("send", self.check(bench, 8 * (16.52 + 1.154 - 2), 0.01))

    def test_alone(self):
        bench = self.bench("--range", "1000000000000:1000001000000", "--store", "half")
        self.assertEqual((bench["workers"], bench["between_ranks"]), (1, False))
        # the smaller ones of their pairs, without 1
        self.assertNotIn("send", self.check(bench, 4 * ((27.63 + 1.154) / 2 - 1), 0.01))

    def test_says_it_in_words(self):
        for ranks, gathered in ((None, "rank 0 from itself[^\n]*"), (3, "a worker, which sends\n  gather +[^\n]+  rank 0, which receives")):
            done = factorize("bench", "--range", "100:199", "--output", self.directory / "out.h5", ranks=ranks)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertRegex(done.stdout, r"\Arange 100:199, store full: \d+\.\d bytes of factors a number\n"
                                          r"  stage +MB/s +numbers/s\n(  (generate|shuffle|deflate) +\d+ +[\d.]+[kMG]?  a worker\n){3}"
                                          rf"  gather +\d+ +[\d.]+[kMG]?  {gathered}\n  write +\d+ +[\d.]+[kMG]?  rank 0, to [^\n]+out.h5\n"
                                          r"  one core +generates and encodes \d+ MB/s, [\d.]+[kMG]? numbers/s\n"
                                          r"  rank 0 +gathers and writes \d+ MB/s, [\d.]+[kMG]? numbers/s: as much as \d+\.\d workers make\n"
                                          r"  expected +\d+ MB/s, [\d.]+[kMG]? numbers/s with \d workers? on \d+ cores?; bottleneck: \w+\n\Z")

    def test_plan_measures_between_ranks_too(self):
        done = factorize("plan", "--range", "10000000:19999999", "--measure", "--output", self.directory / "out.h5", "--json", ranks=3)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        plan = json.loads(done.stdout)
        self.assertEqual(plan["ranks"], 3)
        self.assertIn(plan["bottleneck"], STAGES)

    def test_refuses(self):
        for arguments, status, ranks in ((["--range", "9:1"], 2, None), (["--range", "5"], 2, 3), (["--input", "list.txt"], 2, None),
                                         (["--output", "/nowhere/out.h5"], 4, None), (["--output", "/nowhere/out.h5"], 4, 3)):
            done = factorize("bench", *arguments, ranks=ranks)
            self.assertEqual((done.returncode, done.stdout), (status, ""), done.stderr)
            said = [line for line in done.stderr.splitlines() if line.startswith("factorize: ")]
            self.assertEqual(len(said), 1, done.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
