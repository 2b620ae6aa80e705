# A Spack recipe: put it into a repository of your own as packages/factorize/package.py, and give `git` the address you
# have factorize from.
from spack.package import *


class Factorize(CMakePackage):
    """Lists all factors of every integer of huge ranges and lists, on HPC clusters, into one certified HDF5 file."""

    homepage = "https://example.org/factorize"
    git = "https://example.org/factorize.git"

    license("MIT")
    version("main", branch="main")

    depends_on("cxx", type="build")
    depends_on("cmake@3.25:", type="build")
    depends_on("ninja", type="build")
    depends_on("pkgconfig", type="build")
    depends_on("openmpi@4.1:")
    depends_on("boost@1.74: +mpi +serialization")
    depends_on("hdf5@1.10: ~mpi")
    depends_on("xxhash")
    depends_on("cli11")
    depends_on("fmt")
    depends_on("nlohmann-json")
    depends_on("flint")
    depends_on("gmp")

    generator("ninja")

    def cmake_args(self):
        return [self.define("FACTORIZE_TESTS", False)]
