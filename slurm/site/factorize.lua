-- An Lmod module: set `prefix` to where `cmake --install --prefix` put factorize, and `load` to your site's Open MPI.
help([[Lists all factors of every integer of huge ranges and lists. man factorize; sbatch scripts in $FACTORIZE_SLURM.]])
whatis("Name: factorize")
whatis("Version: 0.1.0")

local prefix = "/opt/factorize/0.1.0"

load("openmpi")
prepend_path("PATH", pathJoin(prefix, "bin"))
prepend_path("MANPATH", pathJoin(prefix, "share/man"))
prepend_path("CMAKE_PREFIX_PATH", prefix)
setenv("FACTORIZE_SLURM", pathJoin(prefix, "share/factorize/slurm"))
