"""What is installed: programs, manual, completion, the CMake package and the Debian package; and that the manual and the
completions name the options that there are, and manual, help and README the same exit statuses."""
import ast
import os
import pathlib
import re
import unittest

import support

BUILD, CMAKE = (os.environ[name] for name in ("BUILD", "CMAKE"))
ROOT = support.EXAMPLES.parent
APP = ROOT / "src" / "app"
OPTION = re.compile(r"(?<![\w-])--?[a-zA-Z][\w-]*")


def helped(program, *command):
    """The options that --help names on the left: {"-h", "--help", ...}; without its examples."""
    text = support.run([program, *command, "--help"]).stdout.partition("\nExamples:")[0]
    return {option for line in text.splitlines() if (left := re.match(r"  (-\S.*?)(?:  |$)", line))
            for option in OPTION.findall(left[1].partition(" Excludes:")[0])}


def commands():
    """Those of factorize."""
    text = support.run([support.FACTORIZE, "--help"]).stdout
    return re.findall(r"^  (\w+)  ", text.partition("Subcommands:")[2].partition("\nExamples:")[0], re.M)


def all_options(program):
    found = helped(program)
    if program == support.FACTORIZE:
        for command in commands():
            found |= helped(program, command)
    return found


class TheManual(unittest.TestCase):
    def page(self, name):
        """As it is read, without warnings."""
        done = support.run(["man", "--warnings", "--local-file", APP / "man" / f"{name}.1"],
                           env={**os.environ, "MANWIDTH": "200", "LC_ALL": "C", "MANPAGER": "cat"})
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return re.sub(r".\x08", "", done.stdout)

    def test_names_the_options_that_there_are(self):
        for program in support.FACTORS, support.FACTORIZE:
            name = pathlib.Path(program).name
            described = set(OPTION.findall(self.page(name).partition("\nEXAMPLES")[0]))
            self.assertEqual(described, all_options(program), name)

    def test_names_the_commands_that_there_are(self):
        page = self.page("factorize")
        for command in commands():
            self.assertIn(f"factorize {command} ", page)
            self.assertRegex(page, rf"(?m)^   {command}$")


class TheExitStatuses(unittest.TestCase):
    def test_are_told_alike(self):
        """In the manual, by --help and in the README: the same numbers, each with the commands it is special to."""
        def told(text, entry, command):
            parts = re.split(entry, text, flags=re.M)[1:]
            return {int(status): set(re.findall(command, said)) for status, said in zip(parts[::2], parts[1::2])}

        def section(text, start, end):
            return text.partition(start)[2].partition(end)[0]

        manual = told(section((APP / "man/factorize.1").read_text(), ".Sh EXIT STATUS", ".El"), r"^\.It (\d+)$", r"\.Cm (\w+)")
        readme = told(section((ROOT / "README.md").read_text(), "| status | meaning |", "\n\n"), r"^\| (\d+) ", r"`(\w+)`")
        helped = told(section(support.run([support.FACTORIZE, "--help"]).stdout, "Exit status:", "\n\n"), r"^ +(\d+)  ", r"`(\w+)`")
        self.assertIn(75, helped)
        self.assertEqual(manual, helped)
        self.assertEqual(readme, helped)


class TheCompletion(unittest.TestCase):
    def complete(self, *words):
        """What bash offers for the last of the words."""
        name = pathlib.Path(words[0]).name
        script = (f'source "{APP}/completion/{name}.bash"; compopt() {{ :; }}; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); '
                  f'COMPREPLY=(); _{name}; printf "%s\\n" "${{COMPREPLY[@]}}"')
        done = support.run(["bash", "-c", script, "bash", *words])
        self.assertEqual(done.stderr, "")
        return set(done.stdout.split())

    def test_of_commands_and_options_in_bash(self):
        self.assertEqual(self.complete("factorize", ""), {*commands(), "--help", "--version"})
        for command in commands():
            options = {option for option in helped(support.FACTORIZE, command) if option.startswith("--")}
            self.assertEqual(self.complete("factorize", command, "-"), options, command)
        options = {option for option in helped(support.FACTORS) if option.startswith("--")}
        self.assertEqual(self.complete("factors", "-"), options)

    def test_of_values_in_bash(self):
        self.assertEqual(self.complete("factorize", "run", "--store", "h"), {"half"})
        self.assertEqual(self.complete("factorize", "run", "--res"), {"--resume"})
        self.assertEqual(self.complete("factorize", "s"), {"show"})

    def test_in_zsh_is_sound_and_names_the_same_options(self):
        for program in support.FACTORS, support.FACTORIZE:
            path = APP / "completion" / f"_{pathlib.Path(program).name}"
            done = support.run(["zsh", "-n", path])
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertEqual(set(OPTION.findall(path.read_text())) - {"-C"}, all_options(program))


class RecipesForSites(unittest.TestCase):
    """slurm/site: parsed only, because Spack, Lmod and Apptainer are not in Debian 12."""

    def test_parse(self):
        site = ROOT / "slurm" / "site"
        ast.parse((site / "package.py").read_text())
        self.assertEqual(support.run(["luac5.4", "-p", site / "factorize.lua"]).returncode, 0)
        sections = re.split(r"^%(\w+)$", (site / "factorize.def").read_text(), flags=re.M)
        sections = dict(zip(sections[1::2], sections[2::2]))
        self.assertEqual(list(sections), ["files", "post", "runscript", "test"])
        for line in sections["files"].split("\n"):
            if line:
                self.assertTrue((ROOT / line.split()[0]).exists(), line)
        for name in "post", "runscript", "test":
            self.assertEqual(support.run(["bash", "-n"], input=sections[name]).returncode, 0)


class Installed(support.TestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.prefix = cls.directory / "prefix"
        done = support.run([CMAKE, "--install", BUILD, "--prefix", cls.prefix])
        if done.returncode:
            raise AssertionError(done.stderr)

    def check_programs(self, prefix):
        self.assertEqual(support.run([prefix / "bin/factors", 12]).stdout, "12:[2, 3, 4, 6]\n")
        output = self.directory / f"{prefix.name}.h5"
        done = support.run([prefix / "bin/factorize", "run", "--range", "1:100", "--output", output])
        self.assertIn("complete and certified", done.stdout, done.stderr)
        for page in "factors.1", "factorize.1":
            self.assertTrue((prefix / "share/man/man1" / page).exists() or (prefix / f"share/man/man1/{page}.gz").exists())

    def test_programs_run_from_their_prefix(self):
        self.check_programs(self.prefix)

    def test_the_library_is_a_cmake_package(self):
        build = self.directory / "example"
        for command in ([CMAKE, "-S", ROOT / "examples/numbers", "-B", build, "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={self.prefix}"],
                        [CMAKE, "--build", build]):
            done = support.run(command)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(support.run([build / "aliquot", 24]).stdout.split(), ["24", "36", "55", "17"])

    def test_the_debian_package(self):
        done = support.run(["cpack", "-G", "DEB", "--config", pathlib.Path(BUILD) / "CPackConfig.cmake", "-B", self.directory])
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        package, = self.directory.glob("factorize_*.deb")
        depends = support.run(["dpkg-deb", "--field", package, "Depends"]).stdout
        for library in "libhdf5", "libopenmpi", "libxxhash", "openmpi-bin", "libc6 (>=":
            self.assertIn(library, depends)
        root = self.directory / "root"
        self.assertEqual(support.run(["dpkg-deb", "--extract", package, root]).returncode, 0)
        self.check_programs(root / "usr")


if __name__ == "__main__":
    unittest.main(verbosity=2)
