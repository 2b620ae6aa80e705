"""`verify` on files with damaged data: never "right", never a crash, and one line that says where."""
import random

import h5py
import numpy

from programs import run
from trials import COMPLETE, DATASETS, FACTORIZE, MPIRUN, SEED, STOPPED, STORAGE, WRONG, TrialsTestCase, main, trials

FILES = {  # name -> what it is made of
    "range": ["--range", "10000000:10050000"],
    "half": ["--range", "1000000000000:1000000020000", "--store", "half"],
    "ranges": ["--range", "1:3000", "--range", "18446744073709550616:18446744073709551615"],
    "list": ["--input", "list.txt"],
}
TEXTS = ("status", "store", "job", "definition", "certificate")


def data_of(path):
    """Where the data of committed blocks stand: name -> [(offset, bytes)]."""
    with h5py.File(path, "r") as file:
        rows = file["blocks"][:]
        chunk = (file["factors"].chunks or [1])[0]
        committed = {name: set() for name in DATASETS}
        for row in rows[rows["tag"] != 0]:
            first, end = int(row["first_factor"]), int(row["first_factor"] + row["factors"])
            committed["factors"].update(range(-(-first // chunk) * chunk, end, chunk))
            for name in DATASETS[:3]:
                committed[name].add(int(row["first_row"]))
        places = {name: [] for name in DATASETS}
        for name in DATASETS:
            dataset = file[name].id
            for n in range(dataset.get_num_chunks()):
                info = dataset.get_chunk_info(n)
                if info.chunk_offset[0] in committed[name]:
                    places[name].append((info.byte_offset, info.size))
        start, size = file["blocks"].id.get_offset(), rows.dtype.itemsize
        places["blocks"] = [(start + n * size, size) for n, row in enumerate(rows) if row["tag"] != 0]
        content = path.read_bytes()
        texts = [bytes(file.attrs[name]).rstrip(b"\0") for name in TEXTS]
        places["texts"] = [(content.index(text), len(text)) for text in texts if text]
        return places


class Verify(TrialsTestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        draw = random.Random(SEED)
        numbers = [draw.randrange(1, 2**draw.randrange(1, 65)) for _ in range(2000)]
        (cls.directory / "list.txt").write_text(" ".join(map(str, numbers + numbers[:500])))
        cls.files = {}
        for name, arguments in FILES.items():
            path = cls.directory / f"{name}.h5"
            run([MPIRUN, "-np", 2, FACTORIZE, "run", *arguments, "--output", path], cwd=cls.directory, check=True)
            cls.files[name] = path.read_bytes(), data_of(path), COMPLETE
        partial = cls.directory / "partial.h5"
        partial.write_bytes(cls.files["range"][0])
        with h5py.File(partial, "r+") as file:  # as if some blocks had not been committed when the run was killed
            rows = file["blocks"][:]
            gone = draw.sample(range(len(rows)), len(rows) // 3)
            rows[gone] = 0
            file["blocks"][:] = rows
            for name in ("status", "certificate"):  # in place: modify() would move them
                attribute = h5py.h5a.open(file.id, name.encode())
                attribute.write(numpy.array(b"partial" if name == "status" else b"", attribute.dtype))
        cls.files["partial"] = partial.read_bytes(), data_of(partial), STOPPED

    def verify(self, path, ranks=None):
        done = run([*([MPIRUN, "-np", ranks] if ranks else []), FACTORIZE, "verify", path])
        said = [line for line in done.stderr.splitlines() if line.startswith("factorize: ")]
        return done, said

    def test_undamaged(self):
        for name, (content, _, status) in self.files.items():
            path = self.directory / "undamaged.h5"
            path.write_bytes(content)
            for ranks in (None, 3):
                done, said = self.verify(path, ranks)
                where = f"{name}: {done.stdout}{done.stderr}"
                self.assertEqual(done.returncode, status, where)
                self.assertIn(": right", done.stdout.splitlines()[0], where)
                self.assertEqual(len(said), status != COMPLETE, where)

    def damaged(self, places, ranks=None, bits=False):
        def one(random, directory):
            name = random.choice(sorted(self.files))
            content, spans, _ = self.files[name]
            at, size = random.choice(spans[random.choice(places)])
            at += random.randrange(size)
            content = bytearray(content)
            content[at] ^= 1 << random.randrange(8) if bits else random.randrange(1, 256)
            path = directory / "damaged.h5"
            path.write_bytes(content)
            done, said = self.verify(path, ranks)
            where = f"{name}: byte {at}: status {done.returncode}: {done.stdout}{done.stderr}"
            self.assertIn(done.returncode, (WRONG, STORAGE), where)
            self.assertEqual(len(said), 1, where)
            self.assertIn(str(path), said[0], where)
            if not ranks:
                self.assertEqual(done.stderr, f"{said[0]}\n", where)

        return one

    def test_a_byte_of_the_data(self):
        self.each_trial("verify: a byte of the data changed", trials(40, 200), self.damaged((*DATASETS, "blocks")))

    def test_a_bit_of_the_data(self):
        self.each_trial("verify: a bit of the data flipped", trials(10, 200),
                        self.damaged((*DATASETS, "blocks"), bits=True))

    def test_a_byte_of_what_it_says_of_itself(self):
        self.each_trial("verify: a byte of its texts changed", trials(10, 100), self.damaged(("texts",)))

    def test_on_ranks(self):
        self.each_trial("verify on 3 ranks: a byte changed", trials(3, 50), self.damaged((*DATASETS, "blocks"), ranks=3))


if __name__ == "__main__":
    main()
