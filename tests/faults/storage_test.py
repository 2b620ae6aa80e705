"""Full disks, quotas, I/O errors, a directory that goes away, damaged and foreign files: one line, nothing lost."""
import os
import pathlib
import random
import subprocess
import unittest

import h5py

import storage_support
from storage_support import COMPLETE, LIST, RANGE, STOPPED, STORAGE, USAGE, WRONG, factorize, run, trials, wait_for

AS_ROOT = os.geteuid() == 0
KINDS = (RANGE, LIST)


class Refusals(storage_support.TestCase):
    """The storage refuses: status 4, one line that names the file and what to do, and resumable afterwards."""

    def refused_writes(self, error, advice):
        def one(random, directory):
            job = self.job(directory, random.choice(KINDS))
            kind = LIST if "--input" in job.arguments else RANGE
            writes = self.all_writes[kind]
            # A file that cannot be removed in the end harms no result: see below.
            alike = random.choice(sorted({write for write in writes if write[0] not in ("unlink", "remove")}))
            at = random.choice([n for n, write in enumerate(writes, 1) if write == alike])
            trace = directory / "trace"
            attempt = job.start(at=at, kind=error, trace=trace, **random.choice([{}, {"lasts": 1}]))
            status = attempt.end()
            calls = [line.split()[1] for line in trace.read_text().splitlines()]
            if len(calls) < at:  # it had fewer writes than the undisturbed run
                self.assertEqual(status, COMPLETE, attempt.text())
            elif status != COMPLETE or calls[at - 1] not in ("unlink", "remove"):
                self.assert_one_line(attempt, STORAGE, job.output, advice)
            self.check_partial(job)
            self.finish(job)

        return one

    def test_no_space(self):
        self.each_trial("a write fails: no space left", trials(1, 40), self.refused_writes("ENOSPC", "make room"))

    def test_quota(self):
        self.each_trial("a write fails: quota", trials(1, 20), self.refused_writes("EDQUOT", "make room"))

    def test_input_output_error(self):
        self.each_trial("a write fails: I/O error", trials(1, 40), self.refused_writes("EIO", "Input/output error"))

    def test_what_cannot_be_removed(self):
        def one(random, directory):
            job = self.job(directory, random.choice(KINDS))
            writes = self.all_writes[LIST if "--input" in job.arguments else RANGE]
            at = random.choice([n for n, (call, *_) in enumerate(writes, 1) if call in ("unlink", "remove")])
            attempt = job.start(at=at, kind="EIO")
            if attempt.end() != COMPLETE:
                self.assert_one_line(attempt, STORAGE, job.output)
            self.finish(job)

        self.each_trial("a file cannot be removed", trials(1, 20), one)

    @unittest.skipUnless(AS_ROOT, "only root can mount a file system of its own")
    def test_full_disk(self):
        def one(random, directory):
            job = self.job(directory, random.choice(KINDS))
            job.log = directory.with_suffix(".jsonl")  # elsewhere, so that it is the output alone that meets the end
            mounted = run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", directory])
            if mounted.returncode:
                self.skipTest(f"cannot mount a file system here: {mounted.stderr.strip()}")
            try:
                shrunk = False
                while not shrunk:
                    attempt = job.start()
                    wait_for(lambda: job.events("factors_of") or attempt.has_ended(), "the first task")
                    shrunk = self.shrink(directory, random) and attempt.end() != COMPLETE
                    if not shrunk:  # done already: once more, from the beginning
                        attempt.end()
                        job = self.start_anew(job)
                self.assert_one_line(attempt, STORAGE, job.output, "make room")
                self.check_partial(job)
                run(["mount", "-o", "remount,size=64m", directory], check=True)
                self.finish(job)
            finally:
                run(["umount", directory], check=True)

        self.each_trial("disk full at a random size, enlarged", trials(1, 20), one)

    @staticmethod
    def shrink(directory, random):
        """Leaves the file system at most a megabyte; False when its writer was faster."""
        status = os.statvfs(directory)
        used = (status.f_blocks - status.f_bfree) * status.f_frsize
        size = used + random.choice([4096, 65536, random.randrange(4096, 10**6)])
        return run(["mount", "-o", f"remount,size={size}", directory]).returncode == 0

    def start_anew(self, job):
        for path in job.directory.iterdir():
            path.unlink()
        run(["mount", "-o", "remount,size=64m", job.directory], check=True)
        anew = storage_support.Job(job.directory, job.arguments)
        anew.log = job.log
        anew.log.unlink()
        return anew

    def test_limit_on_the_size_of_files(self):
        def one(random, directory):
            job = self.job(directory, random.choice(KINDS))
            job.limit_kib = random.randrange(16, 1000)
            self.assert_one_line(job.start(), STORAGE, job.output, "raise the limit on the size of a file")
            self.check_partial(job)
            job.limit_kib = None
            self.finish(job)

        self.each_trial("limit on the size of files, raised", trials(1, 20), one)

    def test_directory_gone(self):
        def one(random, directory):
            (directory / "here").mkdir()
            job = self.job(directory / "here", random.choice(KINDS))
            job.log = directory / "events.jsonl"
            commits = len(self.undisturbed[LIST if "--input" in job.arguments else RANGE].events("commit"))
            seen = random.randrange(1, commits // 2)
            attempt = job.start()
            job.await_commits(seen, attempt)
            (directory / "here").rename(directory / "there")
            if attempt.end() != COMPLETE:
                self.assert_one_line(attempt, STORAGE, job.output)
            self.assertFalse((directory / "here").exists())
            (directory / "there").rename(directory / "here")
            self.check_partial(job)
            self.finish(job)

        self.each_trial("directory of the output renamed away", trials(1, 20), one)


PLACES = ("superblock", "object headers", "root attributes", "blocks", "generation", "chunks", "B-trees", "heap",
          "symbol table")


def places_in(path):
    """Where each structure of a result file stands: name -> [(offset, bytes)]."""
    content = path.read_bytes()

    def signed(signature, size):
        found = [content.find(signature)]
        while found[-1] >= 0:
            found.append(content.find(signature, found[-1] + 1))
        return [(at, size) for at in found[:-1]]

    with h5py.File(path, "r") as file:
        datasets = [file[name].id for name in storage_support.DATASETS]
        chunks = [one.get_chunk_info(n) for one in datasets for n in range(one.get_num_chunks())]
        return dict(zip(PLACES, (
            [(0, 96)],
            [(h5py.h5o.get_info(one.id).addr, 256) for one in (file, *file.values())],
            [(800, 16000)],
            [(file["blocks"].id.get_offset(), file["blocks"].nbytes)],
            [(file["generation"].id.get_offset(), 16)],
            [(chunk.byte_offset, chunk.size) for chunk in chunks],
            signed(b"TREE", 512), signed(b"HEAP", 128), signed(b"SNOD", 328))))


class Damage(storage_support.TestCase):
    """Files that are not, or are no longer, ours: no crash, no hang, one line, and never overwritten."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        whole = cls.undisturbed[RANGE].output
        cls.whole = whole.read_bytes()
        cls.partial = cls.part_of_a_job()
        cls.places = {name: [] for name in PLACES}
        for path in (whole, cls.partial_path):
            for name, spans in places_in(path).items():
                cls.places[name].append((path.read_bytes(), spans))

    @classmethod
    def part_of_a_job(cls):
        """What a killed run leaves."""
        job = storage_support.Job(cls.directory / "partial", cls.arguments[RANGE])
        job.directory.mkdir()
        attempt = job.start()
        job.await_commits(3, attempt)
        attempt.kill_all()
        cls.partial_path = job.output
        return job.output.read_bytes()

    def check_programs(self, random, directory, content, what, may_be_accepted):
        path = directory / "out.h5"
        commands = (["info", path], ["show", path], ["show", path, 10000007],
                    ["run", *self.arguments[RANGE], "--resume", "--output", path])
        for command in [["verify", path], *random.sample(commands, len(commands) if trials(0, 1) else 1)]:
            path.write_bytes(content)
            try:
                done = factorize(*command)
            except subprocess.TimeoutExpired:
                self.fail(f"{command[0]} hangs: {what}")
            said = [line for line in done.stderr.splitlines() if line]
            where = f"{command[0]}: {what}: status {done.returncode}: {done.stderr}"
            allowed = {STORAGE, USAGE} | ({COMPLETE, STOPPED, 3} if may_be_accepted else set())
            if command[0] == "verify":
                allowed |= {WRONG}
                if done.returncode in (COMPLETE, STOPPED):
                    self.check_right(path, where)
            self.assertIn(done.returncode, allowed, where)
            if done.returncode == COMPLETE:
                self.assertEqual(said, [], where)
            else:
                # `show` tells what failed, and what is still to come, each in a line.
                most = 2 if command[0] == "show" and done.returncode == STOPPED else 1
                self.assertIn(len(said), range(1, most + 1), where)
                self.assertRegex(said[0], r"^factorize: .*out\.h5", where)
            if done.returncode in (STORAGE, USAGE) and (command[0] != "run" or not may_be_accepted):
                self.assertEqual(path.read_bytes(), content, f"overwritten: {where}")

    def check_right(self, path, where):
        """What `verify` finds right is so: the bits that changed belong to no data."""
        with h5py.File(path, "r") as file, h5py.File(self.undisturbed[RANGE].output, "r") as whole:
            try:
                self.check_committed(file, whole)
            except Exception as error:
                raise AssertionError(f"verify missed it: {where}") from error

    def test_bits_flipped(self):
        for place, files in self.places.items():
            def one(random, directory, files=files):
                content, spans = random.choice(files)
                content = bytearray(content)
                first, size = random.choice(spans)
                end = min(first + size, len(content))
                flips = sorted(random.randrange(first, end) for _ in range(random.choice([1, 1, 1, 8])))
                for at in flips:
                    content[at] ^= 1 << random.randrange(8)
                self.check_programs(random, directory, bytes(content), f"flips at {flips}", may_be_accepted=True)

            self.each_trial(f"bits flipped: {place}", trials(1, 50), one)

    def test_truncated(self):
        def one(random, directory):
            content = random.choice([self.whole, self.partial])
            bytes_left = random.choice([random.randrange(len(content)), random.randrange(200_000), len(content) - 1])
            self.check_programs(random, directory, content[:bytes_left], f"{bytes_left} bytes left",
                                may_be_accepted=content is self.partial)

        self.each_trial("truncated", trials(2, 50), one)

    def test_foreign(self):
        other = self.directory / "other.h5"
        with h5py.File(other, "w") as file:
            file["numbers"] = [1, 2, 3]
            file.attrs["format"] = "factorize"
        latest = self.directory / "latest.h5"
        with h5py.File(latest, "w", libver="latest") as file:
            file.create_dataset("factors", (100,), "i8", chunks=(10,), maxshape=(None,))
        contents = [b"", b"\x89HDF\r\n\x1a\n", b"\x89HDF\r\n\x1a\n" + bytes(4096), os.urandom(5000), other.read_bytes(),
                    latest.read_bytes(), pathlib.Path("/bin/ls").read_bytes()]
        count = 0
        draw = random.Random(storage_support.SEED)
        for content in contents:
            self.check_programs(draw, self.directory, content, f"{content[:20]}", may_be_accepted=False)
            count += 1
        self.table.append(("foreign files", count, count))


if __name__ == "__main__":
    storage_support.main()
