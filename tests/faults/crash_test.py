"""Rank 0 killed at its n-th write, and everything killed at once: nothing committed is lost, and the job goes on."""
import time

import storage_support
from storage_support import COMPLETE, LIST, RANGE, trials, wait_for


class Crashes(storage_support.TestCase):
    def draw_fault(self, random, kind):
        """A write of the whole run: half of them any, half one of a rare kind (a rename, a sync, a table)."""
        writes = self.all_writes[kind]
        at = random.randrange(len(writes))
        if random.random() < 0.5:
            alike = random.choice(sorted(set(writes)))
            at = random.choice([n for n, write in enumerate(writes) if write == alike])
        return {"at": at + 1, "kind": random.choice(["kill", "torn"]), "unit": random.choice([512, 4096])}

    def killed_at_a_write(self, kind):
        def one(random, directory):
            job = self.job(directory, kind)
            for _ in range(random.choice([1, 1, 2, 3])):
                fault = self.draw_fault(random, kind)
                attempt, status = job.run(**fault)
                if status == COMPLETE:  # it had fewer writes
                    break
                self.assertEqual(attempt.lines(), [], f"{fault}: {attempt.text()}")  # it was killed, not refused
                self.check_partial(job)
            self.finish(job)

        return one

    def test_killed_at_a_write_of_a_range(self):
        self.each_trial("rank 0 killed at its n-th write: range", trials(2, 100), self.killed_at_a_write(RANGE))

    def test_killed_at_a_write_of_a_list(self):
        self.each_trial("rank 0 killed at its n-th write: list", trials(2, 100), self.killed_at_a_write(LIST))

    def all_killed(self, kind):
        commits = len(self.undisturbed[kind].events("commit"))

        def one(random, directory):
            job = self.job(directory, kind)
            for _ in range(random.choice([1, 1, 2, 3])):
                seen = len(job.events("commit"))
                more = random.randrange(commits)
                attempt = job.start()
                job.await_commits(seen + more, attempt)
                time.sleep(random.choice([0, random.uniform(0, 0.02)]))  # not only right after a commit
                attempt.kill_all()
                self.check_partial(job)
            self.finish(job)

        return one

    def test_all_killed_during_a_range(self):
        self.each_trial("mpirun and all ranks killed: range", trials(1, 100), self.all_killed(RANGE))

    def test_all_killed_during_a_list(self):
        self.each_trial("mpirun and all ranks killed: list", trials(1, 50), self.all_killed(LIST))

    def test_all_killed_while_a_list_is_laid_out(self):
        def one(random, directory):
            job = self.job(directory, LIST)
            attempt = job.start()
            wait_for(lambda: job.output.exists() or attempt.has_ended(), "the layout to begin")
            seen = len(job.events("commit"))
            more = random.randrange(5)
            job.await_commits(seen + more, attempt)
            attempt.kill_all()
            self.check_partial(job)
            self.finish(job)

        self.each_trial("all killed while a list is laid out", trials(1, 20), one)


if __name__ == "__main__":
    storage_support.main()
