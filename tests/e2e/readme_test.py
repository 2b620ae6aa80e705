"""Every command in the documents is run, as it stands there, in a directory of its own: or it is listed here with the reason why
not and the test that runs it instead. Names of options are checked everywhere."""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import unittest

import support
from install_test import OPTION, helped
from install_test import commands as subcommands

ROOT = support.EXAMPLES.parent
BUILD = pathlib.Path(os.environ["BUILD"])
SECONDS = 240

# Not run here: the command, or its beginning, and the test that does what it does.
ELSEWHERE = {
    "README.md": {
        "examples/quickstart.sh": "it installs and builds; its job is that of examples/job.toml, run here",
        "tests/run.sh": "it runs this test",
        "cmake --install build/release --prefix ~/.local": "tests/e2e/install_test.py",
        "cd build/release && cpack": "tests/e2e/install_test.py",
        "sbatch slurm/factorize.slurm --range 10000000:10001000 --output factors.h5": "tests/slurm/slurm_test.py",
    },
    "slurm/README.md": {
        "sbatch slurm/factorize.slurm --range 1:1000000000 --output /scratch/x.h5": "tests/slurm/slurm_test.py",
    },
    "examples/streaming.md": {
        "hdfs dfs -put numbers.txt": "Hadoop's own",
        "examples/hadoop_streaming.sh numbers.txt factored": "tests/e2e/streaming_test.py",
        "hdfs dfs -cat 'factored/part-*'": "Hadoop's own",
        "spark-submit examples/spark_pipe.py hdfs:///numbers.txt hdfs:///factored": "tests/e2e/streaming_test.py",
    },
}
# Python of a block that needs more than the tests install.
PYTHON_ELSEWHERE = {"examples/streaming.md": "tests/e2e/streaming_test.py"}
# Programs of others that a command may use where they are installed.
OPTIONAL = {"parallel"}


def document(name):
    return (ROOT / name).read_text()


def blocks(name, language):
    """The fenced blocks of that language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", document(name), re.M | re.S)


def commands(name):
    """Of the shell blocks, one a line, without its comment."""
    return [command for block in blocks(name, "sh") for line in block.splitlines()
            if (command := re.sub(r"\s+#\s.*$", "", line).strip())]


def all_documents():
    listed = subprocess.run(["git", "-C", ROOT, "ls-files", "*.md"], capture_output=True, text=True).stdout.split()
    return listed or [str(path.relative_to(ROOT)) for path in ROOT.rglob("*.md") if "build" not in path.parts]


class Commands(support.TestCase):
    """In the order of the document, with `build/release`, `examples` and `slurm` where a checkout has them."""

    def setUp(self):
        for path in self.directory.iterdir():
            path.unlink() if path.is_symlink() or path.is_file() else shutil.rmtree(path)
        (self.directory / "build").mkdir()
        (self.directory / "build/release").symlink_to(BUILD)
        for name in "examples", "slurm":
            (self.directory / name).symlink_to(ROOT / name)

    def shell(self, command):
        """Its output; it must succeed, and say nothing on standard error but progress."""
        done = subprocess.run(["bash", "-o", "pipefail", "-c", command], cwd=self.directory, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=SECONDS,
                              env={**os.environ, "PATH": f"{BUILD}/bin:{os.environ['PATH']}"})
        self.assertEqual(done.returncode, 0, f"{command}\n{done.stdout}{done.stderr}")
        unexpected = [line for line in done.stderr.splitlines() if not re.match(r"(factoring|laying out): ", line)]
        self.assertEqual(unexpected, [], command)
        return done.stdout

    def run_all(self, name):
        """{command: its output} of those that are run here."""
        elsewhere, said = ELSEWHERE.get(name, {}), {}
        found = commands(name)
        self.assertLessEqual(set(elsewhere), set(found), f"{name} has no such command any more")
        for reason in elsewhere.values():
            self.assertTrue(not reason.startswith("tests/") or (ROOT / reason).exists(), reason)
        for command in found:
            program = command.split()[0]
            if command in elsewhere or (program in OPTIONAL and shutil.which(program) is None):
                continue
            with self.subTest(command):
                said[command] = self.shell(command)
        return said

    def test_of_the_readme(self):
        said = self.run_all("README.md")
        outputs = list(said.values())
        run, show, filtered = outputs[:3]
        self.assertRegex(run, r"\Aexample\.h5: complete and certified\n  numbers +1001 in ")
        shown = support.divisors([20000001, 20000006])
        self.assertEqual(show, f"20000001:{shown[0]}\n20000006:{shown[1]}\n")
        self.assertEqual(filtered, "".join(f"{n}:{of}\n" for n, of in zip(range(100, 106), support.divisors(range(100, 106)))))

    def test_of_streaming(self):
        (self.directory / "numbers.txt").write_text("12\n13\n")
        (self.directory / "table.txt").write_text("a b 12\na b 13\n")
        said = self.run_all("examples/streaming.md")
        self.assertEqual((self.directory / "factors.txt").read_text().count("\n"),
                         2 if shutil.which("parallel") else 1001)
        self.assertIn("13:[]\n", said.values())

    def test_of_the_other_documents(self):
        for name in all_documents():
            with self.subTest(name):
                self.assertLessEqual(set(re.findall(r"^```(.*)\n(?:.*\n)*?```$", document(name), re.M)), {"sh", "python"})
                if name not in ("README.md", "examples/streaming.md"):
                    self.run_all(name)

    def test_in_python(self):
        self.shell("factorize run --range 10:14")
        for name in all_documents():
            for block in blocks(name, "python"):
                if name in PYTHON_ELSEWHERE:
                    continue
                done = support.run([sys.executable, "-c", block], cwd=self.directory)
                self.assertEqual((done.returncode, done.stderr), (0, ""), block)
                self.assertEqual(done.stdout, "11 [] complete\n")

    def test_of_the_job_file(self):
        """The one in its first line."""
        command = re.match(r"# A job as a file: (.*)\n", (ROOT / "examples/job.toml").read_text())[1]
        self.assertRegex(self.shell(command), r"\Ajob\.h5: complete and certified\n  numbers +2002 in ")


class InlineCommands(unittest.TestCase):
    """What stands between back quotes in the text: `factorize plan --range FIRST:LAST`."""

    @classmethod
    def setUpClass(cls):
        cls.of = {"factorize": helped(support.FACTORIZE), "factors": helped(support.FACTORS)}
        cls.of |= {f"factorize {command}": helped(support.FACTORIZE, command) for command in subcommands()}

    def unknown_options(self, text):
        """Of the calls of our programs in it; and how many options they have in all."""
        unknown, seen = [], 0
        for call in re.finditer(r"(?<![\w./-])(?:\S*/)?(factorize|factors)(?: (\w+))?((?: [^|;&#>]*)?)", text):
            program, command, rest = call.groups()
            command_is_known = f"{program} {command}" in self.of
            for option in OPTION.findall(rest if command_is_known else f"{command or ''}{rest}"):
                seen += 1
                if option not in self.of[f"{program} {command}" if command_is_known else program]:
                    unknown.append(option)
        return unknown, seen

    def test_have_options_that_exist(self):
        self.assertEqual(self.unknown_options("seq 9 | build/release/bin/factorize run --input - --rnage 1:2 | factors -x"), (["--rnage", "-x"], 3))
        seen = 0
        for name in all_documents():
            text = re.sub(r"^```.*?^```$", "", document(name), flags=re.M | re.S)
            for code in *re.findall(r"`([^`\n]+)`", text), *commands(name):
                unknown, options = self.unknown_options(code)
                self.assertEqual(unknown, [], f"{name}: {code}")
                seen += options
        self.assertGreater(seen, 0)

    def test_alone_are_options_of_some_command(self):
        """`--resume`, in the README: of one of our programs, or of the program named beside it in the same paragraph."""
        ours = set().union(*self.of.values())
        others = ("mpirun", "sbatch", "srun", "ctest", "cmake", "#SBATCH")
        for paragraph in document("README.md").split("\n\n"):
            for option in re.findall(r"`(--[a-z][\w-]*)[^`]*`", paragraph):
                if option not in ours:
                    self.assertTrue(any(other in paragraph for other in others), f"{option} in:\n{paragraph}")


class TheHelp(unittest.TestCase):
    def test_has_examples_of_each_command_its_own(self):
        seen = {}
        for command in subcommands():
            text = support.run([support.FACTORIZE, command, "--help"]).stdout
            examples = re.findall(r"^  (.*factorize .*)$", text.partition("\nExamples:")[2], re.M)
            self.assertTrue(examples, command)
            for example in examples:
                self.assertIn(f"factorize {command}", example)
                self.assertNotIn(example, seen, command)
                seen[example] = command


if __name__ == "__main__":
    unittest.main(verbosity=2)
