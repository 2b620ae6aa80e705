"""A worker whose result is wrong, or that runs out of memory, is found out: others do its task; a number that nobody can
do is recorded."""
import h5py

import support
from support import FIRST, LAST


class AnError(support.TestCase):
    def flip(self, random, output):
        even = random.randint(FIRST // 2, LAST // 2) * 2  # has a divisor
        with support.Job(output, program=support.FAULTY, FACTORIZE_TEST_FLIP_AT=even,
                         FACTORIZE_TEST_ONCE=output.with_suffix(".flipped")) as job:
            self.assertEqual(job.end(), support.COMPLETE, job.text())
            (failed,) = job.events("task_failed")
            self.assertIn("wrong result", failed["text"])
            self.assertEqual(failed["host"], job.events("register_worker")[0]["host"])
            solved = [event["rank"] for event in job.events("dispatch_results")
                      if event["first_block"] <= failed["first_block"] < event["first_block"] + event["blocks"]]
            self.assertNotEqual(solved, [])
            self.assertNotIn(failed["rank"], solved[:1])
            self.assertIn(f"rank {failed['rank']} on {failed['host']}", job.text())
        self.check_complete(output)

    def test_a_flipped_bit(self):
        self.each_trial("a wrong result made by one worker", support.trials(1, 20), self.flip)

    def test_no_memory_once(self):
        with support.Job(self.directory / "once.h5", program=support.FAULTY,
                         FACTORIZE_TEST_THROW_AT=(FIRST + LAST) // 2,
                         FACTORIZE_TEST_ONCE=self.directory / "thrown") as job:
            self.assertEqual(job.end(), support.COMPLETE, job.text())
            (failed,) = job.events("task_failed")
            self.assertIn("bad_alloc", failed["text"])
        self.check_complete(self.directory / "once.h5")

    def test_no_memory_ever(self):
        first, number = 10_000_000, 10_003_456  # low down, where to certify row by row is cheap
        with support.Job(self.directory / "never.h5", ["--range", f"{first}:10010000"], program=support.FAULTY,
                         options=["--max-attempts", 2], FACTORIZE_TEST_THROW_AT=number) as job:
            self.assertEqual(job.end(), support.PARTIAL_FAILED, job.text())
        with h5py.File(self.directory / "never.h5", "r") as file:
            (failure,) = file["failures"][: 1]
            self.assertEqual((failure["number"], failure["attempts"]), (number, 2))
            self.assertIn(b"bad_alloc", failure["message"])
            self.assertEqual(file["counts"][number - first], 0)
        verified = support.run([support.FACTORIZE, "verify", self.directory / "never.h5"])
        self.assertEqual(verified.returncode, support.PARTIAL_FAILED, verified.stdout + verified.stderr)


if __name__ == "__main__":
    support.main()
