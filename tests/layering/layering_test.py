"""The rooms of src/ include only along their arrows: layering_test.py SRC. Also proves that it would notice."""
import pathlib
import re
import sys
import tempfile
import unittest

# A room and the rooms it may include, besides itself.
ROOMS = {
    "numbers": set(),
    "jobs": {"numbers"},
    "cluster": {"jobs", "numbers"},
    "results": {"jobs", "numbers"},
    "transport": {"cluster", "jobs", "numbers"},
    "app": {"transport", "results", "cluster", "jobs", "numbers"},
}
# Libraries with one owner: the headers, and the beginning of the paths that may include them.
OWNED = [
    ("MPI", r"mpi\.h$|mpi-ext\.h$|boost/mpi(/|\.hpp$)|boost/serialization/|boost/archive/|pmix", "transport/"),
    ("HDF5", r"(hdf5/serial/)?(hdf5|hdf5_hl|H5\w+)\.h$", "results/"),
    ("FLINT and GMP", r"flint/|gmp(xx)?\.h$", "numbers/big"),
    ("CLI11", r"CLI/", "app/"),
]
# The program that links neither MPI nor HDF5, whatever it includes on the way.
LEAN = "app/factors_"
LEAN_MAY_NOT_REACH = {"cluster", "results", "transport"}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)


def read_includes(src):
    """{file relative to src: [(opening mark, included path)]}"""
    files = [path for path in src.rglob("*") if path.suffix in {".cpp", ".hpp", ".h", ".in"}]
    return {path.relative_to(src).as_posix(): INCLUDE.findall(path.read_text()) for path in sorted(files)}


def reached_rooms(includes, start):
    """{room: the chain of files from start that leads into it}"""
    rooms, chains = {}, [[start]]
    seen = {start}
    while chains:
        chain = chains.pop()
        rooms.setdefault(chain[-1].split("/")[0], chain)
        for _, header in includes.get(chain[-1], []):
            if header not in seen and header.split("/")[0] in ROOMS and "/" in header:
                seen.add(header)
                chains.append(chain + [header])
    return rooms


def violations(src):
    includes, found = read_includes(src), []
    for file, headers in includes.items():
        room = file.split("/")[0]
        if room not in ROOMS:
            found.append(f"{file}: {room} is no room of this house")
            continue
        for mark, header in headers:
            target = header.split("/")[0]
            if "/" in header and target in ROOMS:
                if target != room and target not in ROOMS[room]:
                    found.append(f"{file}: {room} may not include {header}")
            elif mark == '"':
                found.append(f'{file}: "{header}" does not name its room')
            for library, pattern, owner in OWNED:
                if re.match(pattern, header) and not file.startswith(owner):
                    found.append(f"{file}: {header}: {library} belongs to {owner}")
        if file.startswith(LEAN):
            for target, chain in reached_rooms(includes, file).items():
                if target in LEAN_MAY_NOT_REACH:
                    found.append(f"{' -> '.join(chain)}: the filter `factors` may not reach {target}")
    return found


class TheRooms(unittest.TestCase):
    src = None

    def test_include_only_along_the_arrows(self):
        self.assertTrue(read_includes(self.src), f"no sources in {self.src}")
        self.assertEqual(violations(self.src), [])


class TheRules(unittest.TestCase):
    def found_in(self, files):
        with tempfile.TemporaryDirectory() as tree:
            for name, text in files.items():
                path = pathlib.Path(tree, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
            return violations(pathlib.Path(tree))

    def test_allow_what_is_allowed(self):
        self.assertEqual([], self.found_in({
            "numbers/big.cpp": '#include "numbers/big.hpp"\n#include <flint/fmpz_factor.h>\n#include <numbers>\n',
            "jobs/solve.cpp": '#include "numbers/factor.hpp"\n#include "jobs/solve.hpp"\n',
            "results/file.hpp": '#include "jobs/task.hpp"\n#include <hdf5.h>\n',
            "transport/mailbox.cpp": '#include "cluster/messages.hpp"\n#include <boost/mpi/communicator.hpp>\n',
            "app/factors_main.cpp": '#include "jobs/error.hpp"\n#include <CLI/CLI.hpp>\n',
            "app/factorize_main.cpp": '#include "transport/mailbox.hpp"\n#include "results/file.hpp"\n',
        }))

    def test_notice_every_arrow_that_is_not_there(self):
        for room, below in ROOMS.items():
            for target in set(ROOMS) - below - {room}:
                with self.subTest(room=room, target=target):
                    found = self.found_in({f"{room}/a.hpp": f'  #  include "{target}/b.hpp"\n'})
                    self.assertEqual(found, [f"{room}/a.hpp: {room} may not include {target}/b.hpp"])

    def test_notice_a_library_outside_its_room(self):
        for header in ("mpi.h", "boost/mpi.hpp", "boost/mpi/environment.hpp", "hdf5.h", "H5Dpublic.h",
                       "flint/fmpz.h", "gmpxx.h", "CLI/CLI.hpp"):
            with self.subTest(header=header):
                found = self.found_in({"cluster/a.cpp": f"#include <{header}>\n"})
                self.assertEqual(len(found), 1)
                self.assertIn(header, found[0])

    def test_notice_a_header_without_its_room_and_a_folder_that_is_no_room(self):
        self.assertEqual(len(self.found_in({"jobs/a.cpp": '#include "a.hpp"\n'})), 1)
        self.assertEqual(len(self.found_in({"jobs/a.cpp": '#include "../results/a.hpp"\n'})), 1)
        self.assertEqual(len(self.found_in({"utils/a.cpp": ""})), 1)

    def test_notice_a_heavy_room_behind_the_filter_however_far(self):
        found = self.found_in({
            "app/factors_main.cpp": '#include "app/summary.hpp"\n',
            "app/summary.hpp": '#include "results/info.hpp"\n',
        })
        self.assertEqual(found, ["app/factors_main.cpp -> app/summary.hpp -> results/info.hpp: "
                                 "the filter `factors` may not reach results"])


if __name__ == "__main__":
    TheRooms.src = pathlib.Path(sys.argv.pop(1))
    unittest.main(verbosity=2)
