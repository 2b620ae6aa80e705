import pathlib
import shlex
import subprocess

PARTITIONS = 3


class RDD:
    def __init__(self, partitions):
        self.partitions = partitions

    def pipe(self, command, checkCode=False):
        def run(lines):
            done = subprocess.run(shlex.split(command), input="".join(f"{line}\n" for line in lines), text=True,
                                  stdout=subprocess.PIPE)
            if checkCode and done.returncode:
                raise RuntimeError(f"Pipe function `{command}' exited with error code {done.returncode}")
            return done.stdout.splitlines()

        return RDD([run(lines) for lines in self.partitions])

    def saveAsTextFile(self, path):
        pathlib.Path(path).mkdir()
        for number, lines in enumerate(self.partitions):
            pathlib.Path(path, f"part-{number:05}").write_text("".join(f"{line}\n" for line in lines))


class SparkSession:
    class builder:
        @staticmethod
        def appName(_):
            return SparkSession.builder

        @staticmethod
        def getOrCreate():
            return SparkSession()

    @property
    def sparkContext(self):
        return self

    def textFile(self, path):
        lines = pathlib.Path(path).read_text().splitlines()
        size = -(-len(lines) // PARTITIONS)
        return RDD([lines[first : first + size] for first in range(0, len(lines), size)])

    def stop(self):
        pass
