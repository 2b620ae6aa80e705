"""Runs the built `factors` as a user would. Its path comes in the environment variable FACTORS.

Deterministic: no random input, no sleeps; the time limits are there to end a hanging test only.
"""

import math
import os
import select
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

FACTORS = os.environ["FACTORS"]
GNU_FACTOR = shutil.which("factor")
GUARD_S = 120
TOP = 2**64 - 1


def run(*arguments, stdin=b"", **options):
    """(exit status, standard output, standard error) of `factors`, as text."""
    if isinstance(stdin, str):
        stdin = stdin.encode()
    if "stdout" not in options:
        options["stdout"] = subprocess.PIPE
    kind = {"input": stdin} if isinstance(stdin, bytes) else {"stdin": stdin}
    done = subprocess.run([FACTORS, *arguments], stderr=subprocess.PIPE, timeout=GUARD_S, **kind, **options)
    return done.returncode, (done.stdout or b"").decode(), done.stderr.decode()


def factors_of(n):
    """The definition, by trial division."""
    low = [d for d in range(2, math.isqrt(n) + 1) if n % d == 0]
    return low + [n // d for d in reversed(low) if d * d != n]


def line_of(n):
    return f"{n}:{factors_of(n)}\n"


class Definition(unittest.TestCase):
    SEVEN = [11, 16, 101, 102, 1001, 1000001, 1000000001]

    def test_seven_numbers_as_arguments_and_from_standard_input(self):
        expected = "".join(line_of(n) for n in self.SEVEN)
        self.assertIn("102:[2, 3, 6, 17, 34, 51]\n", expected)
        self.assertIn("101:[]\n", expected)
        self.assertEqual(run(*map(str, self.SEVEN)), (0, expected, ""))
        self.assertEqual(run(stdin="\n".join(map(str, self.SEVEN))), (0, expected, ""))

    def test_the_smallest(self):
        self.assertEqual(run("1", "2", "3", "4", "12", "13"), (0, "1:[]\n2:[]\n3:[]\n4:[2]\n12:[2, 3, 4, 6]\n13:[]\n", ""))

    def test_every_number_to_20000_literally(self):
        """x in 2..n/2 with n % x == 0, by a sieve of this test's own."""
        lists = [[] for _ in range(20001)]
        for d in range(2, 10001):
            for n in range(2 * d, 20001, d):
                lists[n].append(d)
        expected = "".join(f"{n}:{lists[n]}\n" for n in range(1, 20001))
        self.assertEqual(run(stdin="\n".join(map(str, range(1, 20001)))), (0, expected, ""))

    def test_input_order_repetitions_and_short_runs(self):
        numbers = [12, 7, 12] + list(range(1000, 1063)) + [5] + list(range(5000, 5200)) + [5199, 5200, 3, 2, 1]
        self.assertEqual(run(stdin=" ".join(map(str, numbers))), (0, "".join(map(line_of, numbers)), ""))

    def test_the_last_64_bit_numbers(self):
        primes = [3, 5, 17, 257, 641, 65537, 6700417]
        divisors = sorted(math.prod(p for i, p in enumerate(primes) if bits >> i & 1) for bits in range(1, 127))
        self.assertEqual(run(str(TOP)), (0, f"{TOP}:{divisors}\n", ""))
        self.assertEqual(run("18446744073709551557"), (0, "18446744073709551557:[]\n", ""))

    def test_the_64_bit_number_with_most_divisors(self):
        exponents = {2: 8, 3: 4, 5: 2, 7: 2, 11: 1, 13: 1, 17: 1, 19: 1, 23: 1, 29: 1, 31: 1, 37: 1}
        divisors = [1]
        for p, e in exponents.items():
            divisors = [d * p**k for d in divisors for k in range(e + 1)]
        n = max(divisors)
        self.assertEqual(n, 897612484786617600)
        self.assertEqual(len(divisors), 103680)
        self.assertEqual(run(str(n))[1], f"{n}:{sorted(divisors)[1:-1]}\n")

    def test_beyond_64_bits(self):
        for primes in ([2] * 64, [18446744073709551629], [18446744073709551629] * 2, [4294967311, 4294967357, 3, 3],
                       [750969265922957, 847326194829847]):
            n = math.prod(primes)
            divisors = {1}
            for p in primes:
                divisors |= {d * p for d in divisors}
            self.assertEqual(run(str(n)), (0, f"{n}:{sorted(divisors - {1, n})}\n", ""))


@unittest.skipUnless(GNU_FACTOR, "GNU factor is not installed")
class PrimeFactors(unittest.TestCase):
    def gnu_lines(self, numbers):
        text = "\n".join(map(str, numbers))
        done = subprocess.run([GNU_FACTOR], input=text.encode(), stdout=subprocess.PIPE, check=True, timeout=GUARD_S)
        return done.stdout.decode().splitlines(keepends=True)

    def compare(self, numbers):
        lines = self.gnu_lines(numbers)
        self.compare_with(numbers, lines)
        self.compare_with(list(reversed(numbers)), lines[::-1])  # by the list kernel: the sieve takes ascending runs

    def compare_with(self, numbers, lines):
        self.assertEqual(run("-p", stdin="\n".join(map(str, numbers))), (0, "".join(lines), ""))

    def test_1_to_20000(self):
        self.compare(range(1, 20001))

    def test_around_2_to_the_32(self):
        self.compare(range(2**32 - 10000, 2**32 + 10001))

    def test_around_10_to_the_12(self):
        self.compare(range(10**12 - 10000, 10**12 + 10001))

    def test_the_last_2000_of_64_bits(self):
        self.compare(range(TOP - 1999, TOP + 1))

    def test_across_and_beyond_64_bits(self):
        self.compare(range(TOP - 100, TOP + 300))

    def test_30_to_60_digits(self):
        # Factors that GNU factor, too, finds soon; one process each, for it mixes up the order above 2^127.
        numbers = [10**30 + 57, 10**29 + 1, 10**35 - 1, 2**100 - 1, 2**128 - 1, 2**150 + 1, 10**45 + 1,
                      math.factorial(45), 10**59 + 10**9, 2**199, 3**125, 1000003**9]
        self.compare_with(numbers, [line for n in numbers for line in self.gnu_lines([n])])

    def test_two_primes_of_30_digits(self):
        p, q = 495754629543605364840801638891, 594886780833580090400766744911
        self.assertEqual(run("-p", str(p * q)), (0, f"{p * q}: {p} {q}\n", ""))

    def test_arguments(self):
        self.assertEqual(run("-p", "12", "1", "13"), (0, "12: 2 2 3\n1:\n13: 13\n", ""))


class Notation(unittest.TestCase):
    def test_plus_and_leading_zeros_as_gnu_factor_takes_them(self):
        self.assertEqual(run("-p", "007", "+7", "+007"), (0, "7: 7\n" * 3, ""))
        self.assertEqual(run("-p", "+000" + str(2**64)), (0, f"{2**64}:{' 2' * 64}\n", ""))

    def test_any_white_space_and_no_newline_at_the_end(self):
        self.assertEqual(run(stdin=" 4\t6\v8\f9\r\n10\r\n\n\n15"),
                         (0, "4:[2]\n6:[2, 3]\n8:[2, 4]\n9:[3]\n10:[2, 5]\n15:[3, 5]\n", ""))

    def test_padding_in_an_argument(self):
        self.assertEqual(run("  12\n"), (0, "12:[2, 3, 4, 6]\n", ""))

    def test_empty_input(self):
        self.assertEqual(run(stdin=""), (0, "", ""))
        self.assertEqual(run(stdin=" \n\t\n"), (0, "", ""))

    def test_one_long_line(self):
        self.assertEqual(run(stdin="4 " * 300000), (0, "4:[2]\n" * 300000, ""))


class Flushing(unittest.TestCase):
    def test_an_answer_comes_while_the_pipe_stays_open(self):
        with subprocess.Popen([FACTORS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0) as process:
            try:
                # The last: half a token behind a number must not hold its answer back.
                for question, answer in ((b"12\n", b"12:[2, 3, 4, 6]\n"), (b"13 ", b"13:[]\n"),
                                         (b"4 6\n\n", b"4:[2]\n6:[2, 3]\n"), (b"8 1", b"8:[2, 4]\n")):
                    process.stdin.write(question)
                    self.assertEqual(self.read(process.stdout, len(answer)), answer)
                process.stdin.write(b"0")  # "10" is complete only now, by the end of input
                process.stdin.close()
                self.assertEqual(self.read(process.stdout, 100), b"10:[2, 5]\n")
                self.assertEqual(process.wait(GUARD_S), 0)
            finally:
                process.kill()

    def test_a_complaint_comes_behind_the_answers_before_it(self):
        done = subprocess.run([FACTORS], input=b"4 x 6 y 8\n", stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              timeout=GUARD_S, check=True)
        self.assertEqual(done.stdout.decode(),
                         "4:[2]\nfactors: standard input, line 1: 'x' is not an integer >= 1\n"
                         "6:[2, 3]\nfactors: standard input, line 1: 'y' is not an integer >= 1\n8:[2, 4]\n")

    def read(self, stream, size):
        """`size` bytes, or fewer at the end."""
        data = b""
        while len(data) < size:
            self.assertTrue(select.select([stream], [], [], GUARD_S)[0], f"no answer; so far {data!r}")
            piece = stream.read(size - len(data))
            if not piece:
                break
            data += piece
        return data


class InvalidTokens(unittest.TestCase):
    def test_skipped_with_line_and_token(self):
        self.assertEqual(run(stdin="4\n0\n-6 1.5\n0x10\n6\n"),
                         (0, "4:[2]\n6:[2, 3]\n",
                          "factors: standard input, line 2: '0' is not an integer >= 1\n"
                          "factors: standard input, line 3: '-6' is not an integer >= 1\n"
                          "factors: standard input, line 3: '1.5' is not an integer >= 1\n"
                          "factors: standard input, line 4: '0x10' is not an integer >= 1\n"))

    def test_five_are_shown_and_then_counted(self):
        shown = "".join(f"factors: standard input, line {i}: 'x' is not an integer >= 1\n" for i in range(1, 6))
        self.assertEqual(run(stdin="x\n" * 5), (0, "", shown))
        self.assertEqual(run(stdin="x\n" * 1000 + "4\n"),
                         (0, "4:[2]\n", shown + "factors: 1000 tokens in all were skipped: not integers >= 1\n"))

    def test_arguments(self):
        self.assertEqual(run("4", "-5", "", "[1,2]", "6"),
                         (0, "4:[2]\n6:[2, 3]\n",
                          "factors: argument 2: '-5' is not an integer >= 1\n"
                          "factors: argument 3: '' is not an integer >= 1\n"
                          "factors: argument 4: '[1,2]' is not an integer >= 1\n"))
        self.assertEqual(run("--", "-p", "4"), (0, "4:[2]\n", "factors: argument 1: '-p' is not an integer >= 1\n"))

    def test_strict_stops_at_the_first_behind_the_answers_before_it(self):
        self.assertEqual(run("--strict", stdin="4\n6\n x\n8\n"),
                         (2, "4:[2]\n6:[2, 3]\n",
                          "factors: standard input, line 3: 'x' is not an integer >= 1 (--strict)\n"))
        self.assertEqual(run("--strict", "4", "0"),
                         (2, "4:[2]\n", "factors: argument 2: '0' is not an integer >= 1 (--strict)\n"))
        self.assertEqual(run("--strict", "4", "6"), (0, "4:[2]\n6:[2, 3]\n", ""))

    def test_binary_garbage(self):
        self.assertEqual(run(stdin=b"4 \0\x01\xff'\x7f 6\n"),
                         (0, "4:[2]\n6:[2, 3]\n",
                          "factors: standard input, line 1: '\\x00\\x01\\xff\\'\\x7f' is not an integer >= 1\n"))
        status, out, _ = run(stdin=bytes(range(256)) * 5000)
        self.assertEqual((status, out), (0, ""))

    def test_an_endless_token_is_cut(self):
        self.assertEqual(run(stdin=b"4\n" + b"9" * 3_000_000 + b"\n6\n"),
                         (0, "4:[2]\n6:[2, 3]\n",
                          f"factors: standard input, line 2: '{'9' * 40}...' (1048576 or more characters)"
                          " is not an integer >= 1\n"))


class BigNumbersThatFail(unittest.TestCase):
    def test_too_many_divisors(self):
        n = math.factorial(45)
        text = str(n)
        self.assertEqual(run("4", text, "6"),
                         (3, "4:[2]\n6:[2, 3]\n",
                          f"factors: argument 2: '{text[:40]}...' ({len(text)} characters) failed: "
                          "it has over 10000000 divisors; -p prints its prime factors\n"))

    def test_a_read_only_working_directory_is_no_obstacle(self):
        p, q = 750969265922957, 847326194829847
        self.assertEqual(run("-p", str(p * q), cwd="/proc"), (0, f"{p * q}: {p} {q}\n", ""))

    def test_leaves_no_file_behind(self):
        with tempfile.TemporaryDirectory() as folder:
            environment = {**os.environ, "TMPDIR": folder}
            self.assertEqual(run("-p", str(750969265922957 * 847326194829847), env=environment)[0], 0)
            self.assertEqual(os.listdir(folder), [])

    def test_leaves_no_file_behind_when_it_is_ended(self):
        hopeless = str((10**150 + 67) * (10**149 + 183))
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with tempfile.TemporaryDirectory() as folder:
                environment = {**os.environ, "TMPDIR": folder}
                with subprocess.Popen([FACTORS, "12", hopeless], env=environment, stdout=subprocess.PIPE) as process:
                    deadline = time.monotonic() + GUARD_S
                    while not os.listdir(folder) and time.monotonic() < deadline:
                        pass
                    process.send_signal(number)
                    out, _ = process.communicate(timeout=GUARD_S)
                self.assertEqual((process.returncode, out), (-number, b"12:[2, 3, 4, 6]\n"))
                self.assertEqual(os.listdir(folder), [])


class Streams(unittest.TestCase):
    def test_a_full_disk(self):
        with open("/dev/full", "wb") as full:
            for arguments in (["12"], ["--help"], ["--version"]):
                self.assertEqual(run(*arguments, stdout=full),
                                 (4, "", "factors: cannot write standard output: No space left on device\n"))
            many = "\n".join(map(str, range(1, 100000)))
            self.assertEqual(run(stdin=many, stdout=full),
                             (4, "", "factors: cannot write standard output: No space left on device\n"))

    def test_a_closed_standard_output(self):
        done = subprocess.run(["sh", "-c", '"$0" 12 >&-', FACTORS], stderr=subprocess.PIPE, timeout=GUARD_S)
        self.assertEqual((done.returncode, done.stderr.decode()),
                         (4, "factors: cannot write standard output: Bad file descriptor\n"))

    def test_a_directory_as_standard_input(self):
        folder = os.open("/", os.O_RDONLY)
        try:
            self.assertEqual(run(stdin=folder), (2, "", "factors: cannot read standard input: Is a directory\n"))
        finally:
            os.close(folder)

    def test_a_reader_that_leaves_ends_it_quietly(self):
        reading, writing = os.pipe()
        with subprocess.Popen([FACTORS], stdin=subprocess.PIPE, stdout=writing, stderr=subprocess.PIPE) as process:
            os.close(writing)
            os.close(reading)
            _, error = process.communicate(b"12\n", timeout=GUARD_S)
        self.assertEqual((process.returncode, error), (-signal.SIGPIPE, b""))


class CommandLine(unittest.TestCase):
    def test_unknown_option(self):
        for option in ("--foo", "-x"):
            self.assertEqual(run(option, "12"),
                             (2, "", f"factors: The following argument was not expected: {option} (see factors --help)\n"))
        self.assertEqual(run("-p5")[0], 2)

    def test_help(self):
        status, out, error = run("--help")
        self.assertEqual((status, error), (0, ""))
        for part in ("Usage: factors [OPTIONS] [NUMBER...]", "--strict", "Examples:", "Exit status:\n  0 ", "\n  2 ", "\n  3 ",
                     "\n  4 "):
            self.assertIn(part, out)

    def test_version(self):
        status, out, error = run("--version")
        self.assertEqual((status, error), (0, ""))
        self.assertRegex(out, r"\Afactors \d+\.\d+\.\d+ \(git [^)]+\)\n  compiler  \S.*\n  kernels   (portable|avx2|avx512)\n\Z")

    @unittest.skipUnless(shutil.which("ldd"), "ldd is not installed")
    def test_links_neither_mpi_nor_hdf5(self):
        libraries = subprocess.run(["ldd", FACTORS], stdout=subprocess.PIPE, check=True, timeout=GUARD_S).stdout.decode()
        self.assertIn("libflint", libraries)
        self.assertNotRegex(libraries.lower(), "libmpi|hdf5|boost")


if __name__ == "__main__":
    unittest.main(verbosity=1)
