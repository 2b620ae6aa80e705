"""What a guard does besides burying its worker: it makes allowances, passes signals on, costs little; and what becomes of
a job without guards."""
import ctypes
import os
import pathlib
import re
import signal
import time

import support

LIMIT_S = 1.2 * support.PULSE_TIMEOUT_S  # of a guard's patience
PTRACE_INTERRUPT, PTRACE_SEIZE = 0x4207, 0x4206


def parent(pid):
    return int(re.search(r"^PPid:\s*(\d+)", pathlib.Path(f"/proc/{pid}/status").read_text(), re.M)[1])


def trace(request, pid):
    libc = ctypes.CDLL(None, use_errno=True)
    libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
    if libc.ptrace(request, pid, None, None):
        raise OSError(ctypes.get_errno(), "ptrace")


def has_ended(pid):
    try:
        return re.search(r"^State:\s*[ZX]", pathlib.Path(f"/proc/{pid}/status").read_text(), re.M) is not None
    except (FileNotFoundError, ProcessLookupError):
        return True


class AGuard(support.TestCase):
    def test_is_small(self):
        with support.Job(self.directory / "small.h5") as job:
            job.await_share(0.5)
            for pid in job.worker_pids().values():
                guard = pathlib.Path(f"/proc/{parent(pid)}")
                self.assertEqual((guard / "comm").read_text(), "factorize-guard\n")
                memory = dict(re.findall(r"^(\w+):\s+(\d+) kB", (guard / "smaps_rollup").read_text(), re.M))
                self.assertLess(int(memory["Private_Dirty"]), 2_000, "KiB of its own")
                ticks = (guard / "stat").read_text().rpartition(")")[2].split()[11:13]
                self.assertLess(sum(map(int, ticks)), 5, "hundredths of a second of CPU time")
            self.assertEqual(job.end(), support.COMPLETE, job.text())

    def test_forgives_when_it_was_away_itself(self):
        with support.Job(self.directory / "away.h5") as job:
            job.await_share(0.2)
            workers = list(job.worker_pids().values())
            guards = [parent(pid) for pid in workers]
            everyone = [job.rank0_pid(), *workers, *guards]
            for pid in everyone:
                os.kill(pid, signal.SIGSTOP)
            time.sleep(1.5 * LIMIT_S)  # what a pause is made of
            for pid in guards:  # they see the silence before anybody can break it
                os.kill(pid, signal.SIGCONT)
            time.sleep(0.2 * LIMIT_S)
            self.assertEqual([pid for pid in workers if has_ended(pid)], [])
            for pid in everyone:
                os.kill(pid, signal.SIGCONT)
            self.assertEqual(job.end(), support.COMPLETE, job.text())
            self.assertEqual(job.events("worker_lost"), [])
        self.check_complete(self.directory / "away.h5")

    def test_stands_aside_for_a_debugger(self):
        with support.Job(self.directory / "traced.h5") as job:
            job.await_share(0.2)
            victim = sorted(job.worker_pids().values())[0]
            tracer = os.fork()
            if tracer == 0:  # what it traces goes on when it ends
                try:
                    trace(PTRACE_SEIZE, victim)
                    trace(PTRACE_INTERRUPT, victim)
                    signal.pause()
                finally:
                    os._exit(1)
            try:
                job.await_event("worker_lost")
                time.sleep(LIMIT_S)  # that nothing happens takes time to see
                self.assertFalse(has_ended(victim))
            finally:
                os.kill(tracer, signal.SIGKILL)
                os.waitpid(tracer, 0)
            self.assertEqual(job.end(), support.COMPLETE, job.text())
        self.check_complete(self.directory / "traced.h5")

    def test_passes_a_request_to_leave_on(self):
        with support.Job(self.directory / "leave.h5") as job:
            job.await_share(0.2)
            rank, pid = sorted(job.worker_pids().items())[0]
            os.kill(parent(pid), signal.SIGTERM)
            self.assertEqual(job.end(), support.COMPLETE, job.text())
            self.assertEqual(job.events("worker_lost"), [])
            self.assertIn(rank, {event["rank"] for event in job.events("unregister_worker")})
        self.check_complete(self.directory / "leave.h5")

    def test_takes_its_worker_along(self):
        self.ends_the_job("guard.h5", lambda job, pid: os.kill(parent(pid), signal.SIGKILL))

    def test_is_missed_when_switched_off(self):
        self.ends_the_job("off.h5", lambda job, pid: os.kill(pid, signal.SIGKILL), FACTORIZE_GUARD="off")

    def test_is_missed_without_libpmix(self):
        text = self.ends_the_job("missing.h5", lambda job, pid: os.kill(pid, signal.SIGKILL),
                                 FACTORIZE_LIBPMIX="libpmix.so.none")
        self.assertEqual(text.count("libpmix.so.none is missing"), 1, text)

    def ends_the_job(self, name, kill, **environment):
        """One kill ends the job, which leaves nothing but what --resume goes on with. Returns what it said."""
        output = self.directory / name
        with support.Job(output, **environment) as job:
            job.await_share(0.3)
            kill(job, sorted(job.worker_pids().values())[0])
            self.assertNotEqual(job.end(), support.COMPLETE, job.text())
            self.check_nothing_left(job, within_s=1)
            text = job.text()
        with support.Job(output, options=["--resume"]) as job:
            self.assertEqual(job.end(), support.COMPLETE, job.text())
        self.check_complete(output)
        return text


if __name__ == "__main__":
    support.main()
