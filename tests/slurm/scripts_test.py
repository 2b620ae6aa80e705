"""What the batch scripts make of their arguments and of what Slurm tells them, with stand-ins for Slurm's commands: quick, and
on any machine. slurm_test.py has the real ones."""
import os
import pathlib
import shutil
import subprocess
import tempfile
import time
import unittest

import h5py

FACTORIZE = pathlib.Path(os.environ["FACTORIZE"])
SCRIPTS = pathlib.Path(__file__).parents[2] / "slurm"
COMMANDS = {
    "scontrol": f'#!/bin/sh\necho "   Command={SCRIPTS}/factorize.slurm --range 1:2"\necho "   Requeue=1 Restarts=0 BatchFlag=1"\n',
    "squeue": "#!/bin/sh\n",  # as when slurmctld does not answer
    "srun": '#!/bin/sh\n[ "$1" != --mpi=list ] || { echo pmix; exit; }\nwhile [ "${1#--}" != "$1" ]; do shift; done\nexec "$@"\n',
}


class TestCase(unittest.TestCase):
    def setUp(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="factorize-scripts-"))
        self.addCleanup(shutil.rmtree, self.directory)
        self.output = self.directory / "x.h5"
        for name, text in COMMANDS.items():
            path = self.directory / "bin" / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
            path.chmod(0o755)

    def submit(self, script, *arguments, path=FACTORIZE.parent, **environment):
        """Runs it as Slurm would; returns (status, what it said)."""
        done = subprocess.run(
            ["bash", SCRIPTS / script, *map(str, arguments)], cwd=self.directory, stdin=subprocess.DEVNULL, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120,
            env={"HOME": str(self.directory), "PATH": f"{self.directory}/bin:{path}:/usr/bin:/bin", "SLURM_JOB_ID": "7",
                 "SLURM_JOB_NODELIST": "here", **environment})
        return done.returncode, done.stdout

    def check_done(self, status, said):
        self.assertEqual(status, 0, said)
        self.assertTrue(said.endswith("factorize.slurm: done\n"), said)

    def check_refused(self, status, said, text):
        self.assertEqual(status, 2, said)
        self.assertIn(text, said)
        self.assertEqual(sorted(path.name for path in self.directory.glob("*.h5")), [])

    def numbers(self, path):
        with h5py.File(path, "r") as file:
            return file["numbers"][:].tolist()


class TheJob(TestCase):
    def test_whose_end_slurm_does_not_tell(self):
        self.check_done(*self.submit("factorize.slurm", "--range", "1:999", "--output", self.output))

    def test_with_the_end_of_another_job(self):
        self.check_done(*self.submit("factorize.slurm", "--range", "1:999", "--output", self.output,
                                     SLURM_JOB_END_TIME=str(int(time.time()) - 3600)))

    def test_with_an_output_like_a_script(self):
        output = self.directory / "a b.slurm" / "x.h5"
        output.parent.mkdir()
        self.check_done(*self.submit("factorize.slurm", "--range", "1:999", f"--output={output}"))

    def test_whose_options_stand_in_a_file(self):
        config = self.directory / "job.toml"
        config.write_text(f'[run]\nrange = "1:999"\noutput = "{self.directory}/other.h5"\n')
        self.check_refused(*self.submit("factorize.slurm", "--config", config), "say --output here")
        self.check_done(*self.submit("factorize.slurm", "--config", config, "--output", self.output))
        self.assertEqual(self.numbers(self.output), list(range(1, 1000)))

    def test_that_loads_a_careless_module(self):
        careless = f'() {{ : "$UNKNOWN_TO_ALL"; PATH={FACTORIZE.parent}:$PATH; }}'
        self.check_done(*self.submit("factorize.slurm", "--range", "1:999", "--output", self.output, path="",
                                     **{"BASH_FUNC_module%%": careless}))


class TheArray(TestCase):
    def task(self, task, *arguments, first=0, last=3, step=1, count=4):
        return self.submit("factorize-array.slurm", *arguments, SLURM_ARRAY_JOB_ID="7", SLURM_ARRAY_TASK_ID=str(task),
                           SLURM_ARRAY_TASK_MIN=str(first), SLURM_ARRAY_TASK_MAX=str(last),
                           SLURM_ARRAY_TASK_STEP=str(step), SLURM_ARRAY_TASK_COUNT=str(count))

    def test_covers_the_range(self):
        found = []
        for task in range(3, 12, 4):
            self.check_done(*self.task(task, "--range=1:1000", f"--output={self.output}", "--log", "events", first=3, last=11,
                                       step=4, count=3))
            found += self.numbers(self.directory / f"x-{task}.h5")
            self.assertTrue((self.directory / f"events.{task}").exists())
        self.assertEqual(found, list(range(1, 1001)))

    def test_with_holes_is_refused(self):
        for task, last, count in (5, 5, 3), (2, 5, 2):  # --array=1,2,5 and 2,5
            self.check_refused(*self.task(task, "--range", "1:999", first=1 if count == 3 else 2, last=last, count=count),
                               "give one like --array=0-9")

    def test_of_more_than_one_range_is_refused(self):
        self.check_refused(*self.task(0, "--range", "1:9", "--range=20:30"), "give one --range")
        self.check_refused(*self.task(0, "--output", "x.h5"), "give --range FIRST:LAST")
        self.check_refused(*self.task(0, "--range"), "--range wants a value")


if __name__ == "__main__":
    unittest.main(verbosity=2)
