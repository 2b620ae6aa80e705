"""`sbatch slurm/factorize.slurm` on a real Slurm: whatever happens, the job ends by itself, with the file of an undisturbed
run. Usage: slurm_test.py [CLASS]"""
import copy
import os
import signal

import support
from support import RANGE, sandbox


class UndisturbedJobs(support.TestCase):
    def go(self, launcher):
        job = self.job(f"{launcher}.h5", launcher=launcher)
        self.check_done(job, restarts=0)

    def test_with_mpirun(self):
        self.go("mpirun")

    def test_with_srun(self):
        self.go("srun")

    def test_with_what_slurm_offers(self):
        job = self.job("default.h5", launcher="")
        self.check_done(job, restarts=0)
        self.assertIn(" with srun: ", job.log())


class LostWorkers(support.TestCase):
    """On another node than rank 0."""

    def lose(self, launcher, how):
        job = self.job(f"{launcher}-{how.name}.h5", "--pulse-timeout", 3, launcher=launcher, seconds=15)
        rank, host, pid = job.remote_worker()
        job.await_commits()
        sandbox("exec", host, "kill", f"-{how.name}", pid)
        self.check_done(job, restarts=0)
        self.assertIn(rank, [event["rank"] for event in job.events("worker_lost")])

    def test_killed_under_mpirun(self):
        self.lose("mpirun", signal.SIGKILL)

    def test_stopped_under_mpirun(self):
        self.lose("mpirun", signal.SIGSTOP)

    def test_killed_under_srun(self):
        self.lose("srun", signal.SIGKILL)

    def test_stopped_under_srun(self):
        self.lose("srun", signal.SIGSTOP)


class TimeLimits(support.TestCase):
    def test_one_minute_for_work_of_three(self):
        """Unattended. The signal, half a minute early as Slurm looks twice a minute, or the program's own look at the clock."""
        job = self.job("limit.h5", seconds=150, options=("--time=1", "--signal=B:USR1@1"))
        shown = job.await_end(deadline_s=480)
        restarts = int(shown["Restarts"])
        self.assertGreaterEqual(restarts, 2, job.log())
        self.assertEqual(job.log().count("stopped in time: queueing the job again"), restarts, job.log())
        self.check_done(job, restarts)


class LostWorkerNodes(support.TestCase):
    def lose(self, launcher, how):
        job = self.job(f"{launcher}-{how}.h5", launcher=launcher, seconds=20)
        _, host, _ = job.remote_worker()
        job.await_commits(20)
        sandbox("fail", host, how)
        self.check_done(job, restarts=1)
        sandbox("heal", host)

    def test_killed(self):
        self.lose("mpirun", "kill")

    def test_without_power(self):
        self.lose("srun", "power")


class LostBatchHosts(support.TestCase):
    def test_killed(self):
        job = self.job("kill.h5", seconds=20)
        job.await_commits(20)
        host = job.shown()["BatchHost"]
        sandbox("fail", host)
        self.check_done(job, restarts=1)
        sandbox("heal", host)


class CutOffBatchHosts(support.TestCase):
    def cut_off(self, launcher):
        """The old run lives on, and still writes when the new one takes over: it stops itself."""
        job = self.job(f"{launcher}.h5", "--pulse-timeout", 3, launcher=launcher, seconds=40)
        job.await_commits(20)
        host = job.shown()["BatchHost"]
        sandbox("fail", host, "net")
        self.check_done(job, restarts=1)
        self.assertRegex(job.log(), rf"taken from pid \d+ on host {host}, Slurm job {job.id} of sandbox, restart 0")
        self.assertEqual(job.log().count("was taken over by a newer run (start 2, this is start 1): this run stops"), 1)
        sandbox("heal", host)

    def test_under_mpirun(self):
        self.cut_off("mpirun")

    def test_under_srun(self):
        self.cut_off("srun")


class Requests(support.TestCase):
    def test_early_signal(self):
        """As it comes before the time limit, or before a preemption: to the batch script alone."""
        for launcher in "mpirun", "srun":
            with self.subTest(launcher):
                job = self.job(f"{launcher}-early.h5", launcher=launcher, seconds=10)
                job.await_commits(20)
                support.must(["scancel", "--batch", "--signal=USR1", job.id])
                self.check_done(job, restarts=1)
                self.assertIn("stopped by SIGUSR1 while factoring", job.log())

    def test_restarts_have_a_bound(self):
        job = self.job("bound.h5", seconds=60, FACTORIZE_MOST_RESTARTS="0")
        job.await_commits()
        support.must(["scancel", "--batch", "--signal=USR1", job.id])
        self.check_failed(job, 75, "stopped by SIGUSR1")
        self.assertIn("was restarted 0 times: enough", job.log())

    def test_requeue(self):
        """What a preemption does."""
        job = self.job("requeue.h5", seconds=10)
        job.await_commits(20)
        support.must(["scontrol", "requeue", job.id])
        self.check_done(job, restarts=1)

    def test_cancel_and_submit_again(self):
        job = self.job("cancel.h5", seconds=10)
        job.await_commits(20)
        support.must(["scancel", job.id])
        self.assertEqual(job.await_end()["JobState"], "CANCELLED")
        saved = job.blocks_committed()
        again = self.job("cancel.h5")
        self.check_done(again, restarts=0)
        self.assertLessEqual(again.blocks_committed() - saved, support.BLOCKS - 20, "what was saved is not done again")


class Arrays(support.TestCase):
    def test_an_array_and_what_comes_after_it(self):
        """One of its tasks is asked to stop, and it alone is queued again."""
        whole = "10000000:10004002"
        pieces = ["10000000:10001000", "10001001:10002001", "10002002:10003002", "10003003:10004002"]
        options = [f"--partition=quad{self.quad}", "--ntasks=3", "--array=1-4"]
        array = support.Job(self.directory, "x.h5", ["--range", whole, "--commit-interval", 0], options,
                            script="factorize-array.slurm", FACTORIZE_TEST_PAUSE_US="20000")
        after = support.Job(self.directory, "after.h5", ["--range", RANGE],
                            [f"--partition=quad{self.quad}", "--nodes=2", f"--dependency=afterok:{array.id}"])
        support.wait_for((self.directory / "x-2.h5").exists, "the second task to begin its file")
        support.must(["scancel", "--batch", "--signal=USR1", f"{array.id}_2"])
        for number, piece in enumerate(pieces, 1):
            task = copy.copy(array)
            task.id = f"{array.id}_{number}"
            shown = task.await_end()
            self.assertEqual((shown["JobState"], shown["Restarts"]), ("COMPLETED", "1" if number == 2 else "0"), task.log())
            self.assertTrue(task.log().rstrip().endswith("factorize.slurm: done"), task.log())
            self.check_same(self.directory / f"x-{number}.h5", support.undisturbed(piece))
        self.check_done(after, restarts=0)


class HopelessJobs(support.TestCase):
    def test_a_bad_argument(self):
        self.check_failed(self.job("bad.h5", range="10:1"), 2, "10:1")

    def test_no_directory(self):
        self.check_failed(self.job("missing/x.h5"), 4, "missing does not exist")

    def test_another_writer(self):
        owner = self.job("shared.h5", seconds=10)
        owner.await_commits()
        other = self.job("shared.h5")
        self.check_failed(other, 4, "is being written by another run", f"Slurm job {owner.id} of sandbox, restart 0")
        self.check_done(owner, restarts=0)

    def test_a_launcher_that_runs_nothing(self):
        (self.directory / "bin").mkdir()
        srun = self.directory / "bin" / "srun"
        srun.write_text("#!/bin/sh\n")
        srun.chmod(0o755)
        job = self.job("nothing.h5", launcher="srun", PATH=f"{srun.parent}:{os.environ['PATH']}")
        shown = job.await_end()
        self.assertEqual((shown["JobState"], shown["ExitCode"], shown["Restarts"]), ("FAILED", "1:0", "0"), job.log())
        self.assertIn("attempt 3 of 3", job.log())


if __name__ == "__main__":
    support.main(TimeLimits, CutOffBatchHosts, LostWorkerNodes, LostBatchHosts, Requests, LostWorkers, HopelessJobs,
                 UndisturbedJobs, Arrays)
