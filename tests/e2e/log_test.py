"""What a run says of itself: --log, and the memory and the threads it tells of."""
import unittest

import h5py

import support
from programs import events_in

RANGE = "1000000000:1002000000"


class ARun(support.TestCase):
    """Two million numbers, some 26 million factors: 220 MB before compression."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.log = cls.directory / "log"
        cls.done = support.factorize("run", "--range", RANGE, "--threads", 2, "--log", cls.log,
                                     "--output", cls.directory / "out.h5", ranks=3)
        assert cls.done.returncode == 0, cls.done.stderr
        cls.events = events_in(cls.log)

    def of(self, *kinds):
        return [event for event in self.events if event["event"] in kinds]

    def test_logs_one_object_a_line_in_order(self):
        for event in self.events:
            self.assertLessEqual({"time", "event"}, set(event))
        times = [event["time"] for event in self.events]
        self.assertEqual(times, sorted(times))

    def test_commits_every_task_once(self):
        tasks = [event["task"] for event in self.of("commit")]
        self.assertEqual(len(tasks), len(set(tasks)))
        self.assertEqual(set(tasks), {event["task"] for event in self.of("dispatch_results")})
        blocks = [event["first_block"] + i for event in self.of("commit") for i in range(event["blocks"])]
        with h5py.File(self.directory / "out.h5", "r") as file:
            self.assertEqual(sorted(blocks), list(range(file["blocks"].size)))

    def test_has_as_many_threads_as_wanted(self):
        self.assertEqual({event["rank"]: event["capacity"] for event in self.of("register_worker")}, {1: 2, 2: 2})

    def test_stays_below_400_MB_on_every_rank(self):
        peaks = {event["rank"]: event["peak_memory_bytes"] for event in self.of("unregister_worker")}
        self.assertEqual(set(peaks), {1, 2})
        for rank, peak in peaks.items():
            self.assertTrue(10**6 < peak < 400 * 10**6, f"rank {rank}: {peak} bytes")
        self.assertRegex(self.done.stdout, r"peak memory  rank 0 \d{1,2}(\.\d+)? MB|peak memory  rank 0 [1-3]\d\d MB")


class Threads(support.TestCase):
    def test_change_nothing_in_the_file(self):
        files = [self.make(f"{threads}.h5", "--range", "1:100000", "--threads", threads, ranks=2)
                 for threads in (1, 2)]
        self.assert_same_datasets(*files)


if __name__ == "__main__":
    unittest.main(verbosity=2)
