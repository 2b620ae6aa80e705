"""Two runs on one output: one writes, and the other stops, whichever way they meet."""
import os
import pathlib
import signal

import storage_support
from storage_support import COMPLETE, LIST, RANGE, STORAGE, trials, wait_for

KINDS = (RANGE, LIST)


class TwoRuns(storage_support.TestCase):
    def test_at_once(self):
        def one(random, directory):
            job = self.job(directory, random.choice(KINDS))
            attempts = [job.start(), job.start()]
            owner = wait_for(job.lock_owner, "one to take the lock")
            os.kill(owner, signal.SIGSTOP)  # it must not be done before the other comes
            try:
                winner, loser = sorted(attempts, key=lambda one: owner not in storage_support.descendants(one.process.pid))
                self.assert_one_line(loser, STORAGE, job.output, f"pid {owner} on host {os.uname().nodename}")
            finally:
                os.kill(owner, signal.SIGCONT)
            self.assertEqual(winner.end(), COMPLETE, winner.text())
            self.check_complete(job)

        self.each_trial("two runs at once", trials(1, 20), one)

    def old_run_stopped(self, kind):
        """Its node hangs while it waits for the disk, and loses its lock."""
        synced = [file for call, file, _ in self.all_writes[kind] if call == "fdatasync"]
        first = 2 + sum(".spool" in file for file in synced)  # the list is there, and the file of its results begun

        def one(random, directory):
            job = self.job(directory, kind)
            old = job.start(call="fdatasync", kind="stop", at=random.randrange(first, len(synced) // 2))
            owner = wait_for(job.lock_owner, "the lock")
            wait_for(lambda: storage_support.state_of(owner) == "T", "the old run to stop")
            try:
                self.check_partial(job)
                new = self.take_over(job)
                if random.random() < 0.5:
                    self.assertEqual(new.end(), COMPLETE, new.text())
                else:  # the new one is in the middle of it
                    job.await_commits(len(job.events("commit")) + 1, new)
            finally:
                os.kill(owner, signal.SIGCONT)
            self.assert_one_line(old, STORAGE, job.output)
            self.assertEqual(new.end(), COMPLETE, new.text())
            self.check_complete(job)

        return one

    def take_over(self, job):
        pathlib.Path(f"{job.output}.lock").unlink()
        return job.start()

    def test_old_run_stopped_in_a_range(self):
        self.each_trial("an old run was stopped, and goes on: range", trials(1, 10), self.old_run_stopped(RANGE))

    def test_old_run_stopped_in_a_list(self):
        self.each_trial("an old run was stopped, and goes on: list", trials(1, 10), self.old_run_stopped(LIST))

    def test_old_run_never_stopped(self):
        """Only its lock is gone: both write, until the old one looks."""
        kind, arguments = "long", ["--range", "10000000:16000000"]

        def one(random, directory):
            job = storage_support.Job(directory, arguments)
            old = job.start()
            moment = random.randrange(1, 8)
            wait_for(lambda: len(job.events("commit")) >= moment and job.lock_owner(), "commits")
            wait_for(lambda: len(job.events("register_worker")) == job.ranks - 1, "every worker")
            workers = [event["pid"] for event in job.events("register_worker")]
            for pid in workers:  # so that it cannot be done before the other comes
                os.kill(pid, signal.SIGSTOP)
            try:
                new = self.take_over(job)
                wait_for(lambda: len(job.events("register_worker")) > len(workers), "the new run")
            finally:
                for pid in workers:
                    os.kill(pid, signal.SIGCONT)
            self.assert_one_line(old, STORAGE, job.output, "newer run")
            self.assertEqual(new.end(), COMPLETE, new.text())
            self.check_complete(job)

        whole = self.directory / kind
        whole.mkdir()
        self.undisturbed[RANGE], before = storage_support.Job(whole, arguments), self.undisturbed[RANGE]
        try:
            self.assertEqual(self.undisturbed[RANGE].run()[1], COMPLETE)
            self.each_trial("an old run lost its lock", trials(1, 10), one)
        finally:
            self.undisturbed[RANGE] = before

    def test_no_locks(self):
        def one(random, directory):
            job = self.job(directory, random.choice(KINDS))
            attempt = job.start(flock=random.choice(["ENOLCK", "EOPNOTSUPP"]))
            self.assert_one_line(attempt, COMPLETE, f"{job.output}.lock", "no locks")
            self.check_complete(job)

        self.each_trial("a file system without locks", trials(1, 10), one)


if __name__ == "__main__":
    storage_support.main()
