"""A worker that dies, stops or hangs costs its running tasks and nothing else; a launcher that dies takes the job with
it, resumably."""
import os
import signal

import support
from support import FIRST, LAST


def moment(random):
    """The share of the blocks that is delivered when it happens. Whatever comes later may find the job over."""
    return random.uniform(0, 0.8)


class ALostWorker(support.TestCase):
    def strike(self, how, random, output, victims=1):
        """`how` to some workers at a random moment: complete all the same."""
        with support.Job(output) as job:
            job.await_share(moment(random))
            chosen = random.sample(sorted(job.worker_pids().items()), victims)
            for _, pid in chosen:
                os.kill(pid, how)
            self.assertEqual(job.end(), support.COMPLETE, job.text())
            self.check_nothing_left(job)
            # On a busy machine the blow may fall so late that a worker has taken its leave.
            accounted = {event["rank"] for event in job.events("worker_lost", "unregister_worker")}
            self.assertLessEqual({rank for rank, _ in chosen}, accounted)
        self.check_complete(output)

    def test_killed(self):
        self.each_trial("random worker kill -9", support.trials(1, 50),
                        lambda random, output: self.strike(signal.SIGKILL, random, output))

    def test_stopped(self):
        self.each_trial("random worker SIGSTOP", support.trials(1, 50),
                        lambda random, output: self.strike(signal.SIGSTOP, random, output))

    def test_three_of_seven_at_once(self):
        self.each_trial("three of seven workers killed at once", support.trials(1, 20),
                        lambda random, output: self.strike(signal.SIGKILL, random, output, victims=3))

    def loop(self, random, output):
        marker = output.with_suffix(".looped")
        with support.Job(output, program=support.FAULTY, FACTORIZE_TEST_LOOP_AT=random.randint(FIRST, LAST),
                         FACTORIZE_TEST_ONCE=marker) as job:
            self.assertEqual(job.end(), support.COMPLETE, job.text())
            self.check_nothing_left(job)
            self.assertTrue(marker.exists(), "no worker came to the number")
            self.assertGreaterEqual(len(job.events("reassign")), 1)
        self.check_complete(output)

    def test_endless_loop(self):
        self.each_trial("endless loop in a task", support.trials(1, 20), self.loop)


class ALostLauncher(support.TestCase):
    def launcher(self, random, output):
        with support.Job(output) as job:
            job.await_share(moment(random))
            job.process.kill()
            job.process.wait(support.A_RUN_S)
            self.check_nothing_left(job, within_s=1)
        with support.Job(output, options=["--resume"]) as job:
            self.assertEqual(job.end(), support.COMPLETE, job.text())
        self.check_complete(output)

    def test_takes_the_job_with_it(self):
        self.each_trial("mpirun alone kill -9", support.trials(1, 20), self.launcher)


if __name__ == "__main__":
    support.main()
