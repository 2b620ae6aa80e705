"""A job that is told to stop saves what has arrived and says how to go on; one that is paused goes on by itself."""
import os
import pathlib
import random as randoms
import signal
import subprocess
import time

import support
from support import COMPLETE, STOPPED

# What Open MPI's mpirun answers when it is itself told to end, whatever its ranks say: it notes this status
# before it tells them.
MPIRUN_ENDED = 1
WITHIN_S = 2  # of the signal; asserted in the campaign only, a loaded machine takes its time

# Many short tasks, so that most moments are in their midst.
RANGE = ("--range", f"{10**12}:{10**12 + 6_000_000}", "--store", "half")


def begin(output, arguments=RANGE, **options):
    return support.Job(output, arguments, **options)


class TestCase(support.TestCase):
    arguments = RANGE


class AStop(TestCase):
    slowest_s = 0

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        numbers = randoms.Random(support.SEED)
        cls.list = cls.directory / "list.txt"
        cls.list.write_text("".join(f"{numbers.randrange(1, 2**64)}\n" for _ in range(60_000)))

    @classmethod
    def tearDownClass(cls):
        print(f"slowest end after a signal: {cls.slowest_s:.2f} s", flush=True)

    def await_end(self, job):
        start = time.monotonic()
        status = job.end()
        seconds = time.monotonic() - start
        type(self).slowest_s = max(self.slowest_s, seconds)
        if support.TRIALS:
            self.assertLessEqual(seconds, WITHIN_S, job.text())
        return status

    @staticmethod
    def sender(name, of_mpirun):
        """As rank 0 sees it: mpirun makes SIGTERM of every signal that ends it."""
        return r"mpirun \(Ctrl-C, [^()]*\)" if of_mpirun and name != "SIGUSR1" else name

    def stop(self, name, of_mpirun, random, output):
        with begin(output, options=("--commit-interval", 0.1)) as job:
            job.await_share(random.uniform(0, 0.7), "commit")
            os.kill(job.process.pid if of_mpirun else job.rank0_pid(), signal.Signals[name])
            status = self.await_end(job)
            self.assertEqual(status, MPIRUN_ENDED if of_mpirun and name != "SIGUSR1" else STOPPED, job.text())
            lines = [line for line in job.text().splitlines() if line.startswith("factorize: ")]
            # Told to end, mpirun does not always pass on what its ranks say at the last.
            self.assertIn(len(lines), (0, 1) if status == MPIRUN_ENDED else (1,), lines)
            for line in lines:
                self.assertRegex(line, rf"^factorize: stopped (by {self.sender(name, of_mpirun)} while factoring: \d+ of \d+ numbers are saved; "
                                       r"run again with --resume to go on|on request: run again with --resume)$")
            self.check_nothing_left(job, within_s=1)
            if "while factoring" in "".join(lines):  # not between two phases: then every worker is accounted for
                gone = {event["rank"] for event in job.events("unregister_worker", "worker_lost")}
                self.assertEqual(gone, set(job.worker_pids()), job.text())
        self.go_on(output)

    def go_on(self, output, arguments=RANGE, **options):
        with begin(output, arguments, ranks=4, options=("--resume",), **options) as job:
            self.assertEqual(job.end(), COMPLETE, job.text())
        if arguments == RANGE:
            self.check_complete(output)

    def stop_by_each(self, names, receiver, full):
        """Each of the signals in the campaign, daily one of them."""
        for name in names if support.TRIALS else randoms.Random(support.SEED).sample(names, 1):
            with self.subTest(name):
                self.each_trial(f"{name} to {receiver}, resumed", support.trials(1, full),
                                lambda random, output, name=name: self.stop(name, receiver == "mpirun", random, output))

    def test_signals_to_mpirun(self):
        self.stop_by_each(("SIGTERM", "SIGINT", "SIGUSR1"), "mpirun", 20)

    def test_signals_to_rank_0(self):
        self.stop_by_each(("SIGTERM", "SIGINT", "SIGUSR1", "SIGHUP"), "rank 0", 5)

    def stop_list(self, random, output):
        """Both phases stopped, then finished: the same file as that of one undisturbed run."""
        arguments = ("--input", self.list, "--store", "half")
        undisturbed = self.directory / "undisturbed-list.h5"
        if not undisturbed.exists():
            with begin(undisturbed, arguments) as job:
                self.assertEqual(job.end(), COMPLETE, job.text())
        for await_moment in (lambda job: job.await_event("commit", random.randint(1, 4)),
                             lambda job: support.wait_for(output.exists, "the second phase")):
            with begin(output, arguments, options=("--resume", "--commit-interval", 0)) as job:
                await_moment(job)
                os.kill(job.process.pid, signal.SIGUSR1)
                self.assertEqual(self.await_end(job), STOPPED, job.text())
                self.assertEqual(job.text().count("run again with --resume"), 1, job.text())
        self.go_on(output, arguments)
        for name in support.DATASETS:
            self.assertEqual(support.run(["h5diff", output, undisturbed, f"/{name}"]).returncode, 0)
        self.assertEqual([path.name for path in output.parent.glob("out.h5?*") if ".log" not in path.name], [])

    def test_a_list_in_both_phases(self):
        self.each_trial("SIGUSR1 to mpirun in both phases of a list, resumed", support.trials(1, 10), self.stop_list)

    def test_while_a_list_is_read(self):
        """mpirun closes rank 0's standard input before it stops the rank: that is not the end of the list."""
        for name in ("SIGTERM", "SIGINT"):
            output = self.directory / f"read-{name}.h5"
            spool = output.with_name(f"{output.name}.spool.tmp")
            command = [support.MPIRUN, "-np", 3, support.FACTORIZE, "run", "--input", "-", "--output", output]
            with subprocess.Popen([str(word) for word in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, text=True) as process:
                process.stdin.write("12\n15 ")
                process.stdin.flush()
                support.wait_for(spool.exists, "the first number")
                process.send_signal(signal.Signals[name])
                process.wait(support.A_RUN_S)
                said = process.stdout.read() + process.stderr.read()
            self.assertEqual(process.returncode, MPIRUN_ENDED, said)
            self.assertNotIn("complete", said)
            kept = [path.name for path in self.directory.glob(f"{output.name}*")]
            self.assertLessEqual(set(kept), {f"{output.name}.lock", spool.name}, said)

    def test_before_the_time_limit(self):
        """What Slurm tells of its end is enough: 20 s before it the job stops, here 4 s after its start."""
        output = self.directory / "limit.h5"
        slow = {"program": support.FAULTY, "FACTORIZE_TEST_PAUSE_US": 100}  # which would take a minute
        with begin(output, options=("--commit-interval", 0.1), SLURM_JOB_END_TIME=int(time.time()) + 24, **slow) as job:
            self.assertEqual(job.end(), STOPPED, job.text())
            self.assertRegex(job.text(), r"factorize: stopped by the time limit while factoring: \d+ of 6000001 numbers")
            self.check_nothing_left(job, within_s=1)
        self.go_on(output)

    def test_without_mpirun(self):
        output = self.directory / "alone.h5"
        log = self.directory / "alone.jsonl"
        command = [support.FACTORIZE, "run", *RANGE, "--output", output, "--log", log, "--commit-interval", 0]
        process = subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL, text=True,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        support.wait_for(lambda: support.events_in(log, "commit"), "a commit")
        process.send_signal(signal.SIGINT)  # Ctrl-C
        said = process.communicate(timeout=support.A_RUN_S)[1]
        self.assertEqual(process.returncode, STOPPED, said)
        self.assertIn("stopped by SIGINT while factoring", said)
        self.go_on(output)

    def test_when_its_terminal_is_closed(self):
        """Nothing that it says arrives any more."""
        output = self.directory / "closed.h5"
        log = self.directory / "closed.jsonl"
        command = [support.FACTORIZE, "run", *RANGE, "--output", output, "--log", log, "--commit-interval", 0]
        master, slave = os.openpty()
        process = subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=slave, stderr=slave)
        os.close(slave)
        support.wait_for(lambda: log.exists() and '"commit"' in log.read_text(), "a commit")
        os.close(master)
        process.send_signal(signal.SIGHUP)
        self.assertEqual(process.wait(timeout=support.A_RUN_S), STOPPED)
        self.go_on(output)

    def test_before_anything_is_under_way(self):
        """While it still reads its input there is nothing to save."""
        output = self.directory / "early.h5"
        process = subprocess.Popen([support.FACTORIZE, "run", "--input", "-", "--output", output], text=True,
                                   stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        support.wait_for(pathlib.Path(f"{output}.lock").exists, "the lock")
        process.send_signal(signal.SIGTERM)
        said = process.communicate(timeout=support.A_RUN_S)[1]
        self.assertEqual(process.returncode, STOPPED, said)
        self.assertEqual(said, "factorize: stopped on request: run again with --resume\n")
        self.assertFalse(output.exists())


class APause(TestCase):
    def pause(self, random, output):
        """As Ctrl-Z and fg, or `scontrol suspend` and `resume`: longer than any silence that a worker may keep."""
        with begin(output) as job:
            job.await_share(random.uniform(0, 0.7))
            pids = list(job.processes())
            for stop in (signal.SIGSTOP, signal.SIGCONT):
                random.shuffle(pids)
                for pid in pids:
                    os.kill(pid, stop)
                if stop == signal.SIGSTOP:
                    time.sleep(2 * support.PULSE_TIMEOUT_S)
            self.assertEqual(job.end(), COMPLETE, job.text())
            self.assertEqual(job.events("worker_lost", "reassign"), [])
        self.check_complete(output)

    def test_costs_no_worker(self):
        self.each_trial("everything stopped for twice the pulse timeout", support.trials(1, 10), self.pause)

    def test_a_continue_commits(self):
        output = self.directory / "continued.h5"
        with begin(output, options=("--commit-interval", 3600)) as job:
            job.await_event("dispatch_results")
            os.kill(job.rank0_pid(), signal.SIGCONT)
            commit = job.await_event("commit")
            self.assertEqual(job.end(), COMPLETE, job.text())
            # Not the one at the end of the phase: more came after it.
            self.assertGreater(job.events("dispatch_results")[-1]["time"], commit["time"])
        self.check_complete(output)


class AWorkerToldToLeave(TestCase):
    def leave(self, random, output):
        with begin(output) as job:
            job.await_share(random.uniform(0, 0.6))
            rank, pid = random.choice(sorted(job.worker_pids().items()))
            os.kill(pid, signal.SIGTERM)
            left = support.wait_for(
                lambda: [event for event in job.events("unregister_worker") if event["rank"] == rank], "it to leave")
            self.assertEqual(job.end(), COMPLETE, job.text())
            self.assertEqual(job.events("worker_lost"), [])
            self.assertFalse([event for event in job.events("factors_of")
                              if event["rank"] == rank and event["time"] > left[0]["time"]])
        self.check_complete(output)

    def test_finishes_and_unregisters(self):
        self.each_trial("SIGTERM to one worker", support.trials(1, 10), self.leave)

    def test_all_of_them(self):
        """Nothing was lost: the run can go on, elsewhere."""
        output = self.directory / "all.h5"
        with begin(output) as job:
            job.await_share(0.2)
            for pid in job.worker_pids().values():
                os.kill(pid, signal.SIGTERM)
            self.assertEqual(job.end(), STOPPED, job.text())
            self.assertIn("no worker is left: 7 were told to leave, 0 were lost", job.text())
            self.assertEqual(job.events("worker_lost"), [])


if __name__ == "__main__":
    support.main()
