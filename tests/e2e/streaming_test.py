"""`factors` in Hadoop streaming and in Spark's pipe: examples/hadoop_streaming.sh and spark_pipe.py against local stand-ins
for `hadoop` and pyspark (stand_ins/), which obey their protocols and are neither."""
import os
import pathlib
import random
import sys
import unittest

import support

STAND_INS = pathlib.Path(__file__).parent / "stand_ins"


def lines_of(directory):
    return [line for part in sorted(directory.glob("part-*")) for line in part.read_text().splitlines()]


class Streaming(support.TestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        seed = random.randrange(2**32)
        print(f"seed {seed}")
        cls.numbers = [random.Random(seed + i).randrange(1, 10**6) for i in range(500)]
        cls.input = cls.directory / "numbers.txt"
        cls.input.write_text("".join(f"{n}\n" for n in cls.numbers))
        cls.expected = [f"{n}:{factors}" for n, factors in zip(cls.numbers, support.divisors(cls.numbers))]

    def hadoop(self, name, output, **environment):
        return support.run([support.EXAMPLES / "hadoop_streaming.sh", self.directory / name, output],
                           env={**os.environ, "PATH": f"{STAND_INS}:{os.environ['PATH']}", "FACTORS": support.FACTORS,
                                "HADOOP_STREAMING_JAR": "any.jar", **environment})

    def test_hadoop_sorts_by_number_and_counts(self):
        output = self.directory / "sorted"
        done = self.hadoop("numbers.txt", output, LINES_PER_TASK="64")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(lines_of(output), sorted(self.expected, key=lambda line: int(line.split(":")[0])))
        self.assertEqual(done.stdout.splitlines(), ["factors answered=500", "factors skipped=0", "factors failed=0"])

    def test_hadoop_counts_what_is_skipped(self):
        (self.directory / "mixed.txt").write_text("12\nx\n13\n-1\n")
        done = self.hadoop("mixed.txt", self.directory / "mixed")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(lines_of(self.directory / "mixed"), ["12:[2, 3, 4, 6]", "13:[]"])
        self.assertEqual(done.stdout.splitlines(), ["factors answered=2", "factors skipped=2", "factors failed=0"])
        self.assertIn("line 2: 'x' is not an integer >= 1", done.stderr)

    def test_hadoop_is_told_of_a_failed_task(self):
        (self.directory / "failing.txt").write_text(f"{2**200 * 3**200 * 5**200 * 7**200}\n")
        done = self.hadoop("failing.txt", self.directory / "failing")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("subprocess failed with code 3", done.stderr)

    def test_what_the_script_needs_is_named(self):
        done = self.hadoop("numbers.txt", "out", HADOOP_STREAMING_JAR="", HADOOP_HOME="/nonexistent")
        self.assertEqual(done.returncode, 2)
        self.assertIn("set HADOOP_STREAMING_JAR", done.stderr)

    def spark(self, name, output):
        return support.run([sys.executable, support.EXAMPLES / "spark_pipe.py", self.directory / name, output, support.FACTORS],
                           env={**os.environ, "PYTHONPATH": str(STAND_INS)})

    def test_spark_keeps_the_order(self):
        done = self.spark("numbers.txt", self.directory / "piped")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(lines_of(self.directory / "piped"), self.expected)

    def test_spark_is_told_of_a_failed_task(self):
        (self.directory / "failing.txt").write_text(f"{2**200 * 3**200 * 5**200 * 7**200}\n")
        done = self.spark("failing.txt", self.directory / "nothing")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("error code 3", done.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
