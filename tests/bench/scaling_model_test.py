"""The model of scaling_model.py against what can be worked out by hand, and what is committed of it."""
import json
import pathlib
import unittest

import scaling_model
from scaling_model import Job, Rank0, run_seconds, saturation, usual_task

FREE = Rank0(task_s=0, task_s_a_worker=0, mb_s=0)
LONG = Job(numbers=200_000_000, number_s=1e-6, number_mb=1e-5)


class ScalingModelTest(unittest.TestCase):
    def test_one_worker_takes_as_long_as_its_numbers(self):
        self.assertAlmostEqual(run_seconds(LONG, 1, FREE), 200, delta=0.1)

    def test_workers_share_the_work_when_rank_0_takes_no_time(self):
        self.assertAlmostEqual(run_seconds(LONG, 10, FREE), 20, delta=0.2)

    def test_what_is_done_before_the_first_task_is_added(self):
        self.assertAlmostEqual(run_seconds(Job(200_000_000, 1e-6, 1e-5, serial_s=7), 10, FREE), 27, delta=0.2)

    def test_a_saturated_rank_0_sets_the_pace(self):
        slow = Rank0(task_s=0, task_s_a_worker=0, mb_s=1e-2)  # 2,000 MB
        self.assertAlmostEqual(run_seconds(LONG, 100, slow), 20, delta=1)

    def test_saturation_is_where_workers_deliver_what_rank_0_takes(self):
        rank_0 = Rank0(task_s=1e-4, task_s_a_worker=1e-7, mb_s=1e-3)
        workers, task = saturation(LONG, rank_0), usual_task(LONG)
        self.assertAlmostEqual(workers * rank_0.seconds(workers, task * LONG.number_mb), task * LONG.number_s)

    def test_tasks_are_bounded_by_their_bytes(self):
        heavy = Job(numbers=10**9, number_s=1e-7, number_mb=1e-4)
        self.assertLessEqual(usual_task(heavy) * heavy.number_mb, scaling_model.MAX_TASK_MB)

    def test_the_measured_costs_are_whole_and_their_check_holds(self):
        costs = json.loads((pathlib.Path(__file__).parent / "rank_0_costs.json").read_text())
        self.assertEqual(len(costs["jobs"]), 4)
        for check in costs["checks"]:
            job = scaling_model.job_of(costs["jobs"][check["job"]], check["numbers"], check["pause_us_a_number"])
            predicted = run_seconds(job, check["workers"], scaling_model.rank_0_of(costs, check["job"]))
            self.assertAlmostEqual(predicted / check["seconds"], 1, delta=0.25)


if __name__ == "__main__":
    unittest.main()
