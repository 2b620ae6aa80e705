"""What every test of faults shares: how often each fault is tried, and a table of what became of each trial.

FACTORIZE_CAMPAIGN_TRIALS says how often each fault is tried: unset, a few times; `full`, as often as a release asks
for; or a number. FACTORIZE_TEST_SEED repeats a run.
"""
import os
import pathlib
import random
import shutil
import sys
import tempfile
import unittest

import h5py

from programs import run

FACTORIZE, MPIRUN = (os.environ[name] for name in ("FACTORIZE", "MPIRUN"))
TRIALS = os.environ.get("FACTORIZE_CAMPAIGN_TRIALS", "")
SEED = int(os.environ.get("FACTORIZE_TEST_SEED") or random.randrange(2**32))
DATASETS = ("numbers", "counts", "offsets", "factors")
COMPLETE, WRONG, USAGE, PARTIAL_FAILED, STORAGE, CLUSTER, STOPPED = 0, 1, 2, 3, 4, 5, 75


def trials(daily, campaign):
    return int(TRIALS) if TRIALS.isdigit() else campaign if TRIALS else daily


class TrialsTestCase(unittest.TestCase):
    """With a directory, `self.directory`, and trials that are counted."""

    table = []  # fault, trials, passed

    @classmethod
    def setUpClass(cls):
        cls.directory = pathlib.Path(tempfile.mkdtemp(prefix="factorize-faults-"))
        cls.addClassCleanup(shutil.rmtree, cls.directory, ignore_errors=True)
        print(f"FACTORIZE_TEST_SEED={SEED}", flush=True)

    def each_trial(self, fault, count, one):
        """Calls one(random, directory of its own) `count` times, and counts what passed."""
        failed = []
        for trial in range(count):
            seed = f"{SEED} {fault} {trial}"
            directory = pathlib.Path(tempfile.mkdtemp(prefix="trial-", dir=self.directory))
            try:
                one(random.Random(seed), directory)
            except unittest.SkipTest:
                raise
            except Exception as error:  # also of h5py, from a file that does not open
                failed.append(f"trial {trial} (seed {seed!r}): {type(error).__name__}: {error}")
                print(failed[-1], flush=True)
            else:
                shutil.rmtree(directory)
        self.table.append((fault, count, count - len(failed)))
        self.assertEqual(failed, [])

    def check_datasets(self, output, expected):
        """The file says that it is complete, is right, and holds what the other one holds."""
        with h5py.File(output, "r") as file:
            self.assertEqual(bytes(file.attrs["status"]).rstrip(b"\0"), b"complete")
        for name in DATASETS:
            diff = run(["h5diff", output, expected, f"/{name}"])
            self.assertEqual(diff.returncode, 0, f"{name}: {diff.stdout}{diff.stderr}")
        verified = run([FACTORIZE, "verify", output])
        self.assertEqual(verified.returncode, COMPLETE, verified.stdout + verified.stderr)


def main():
    program = unittest.main(verbosity=2, exit=False, warnings="ignore")  # of files left to the collector
    print("fault | trials | passed")
    for row in TrialsTestCase.table:
        print(" | ".join(map(str, row)))
    sys.exit(not program.result.wasSuccessful())
