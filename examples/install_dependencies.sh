#!/usr/bin/env bash
# Installs what factorize is built and run with and this machine lacks; upgrades nothing.
# Where there is no apt, or no right to use it, names what is missing and exits 1.
# Usage: install_dependencies.sh [--tests] [--checks] [--bench]    also what the tests, the source checks, the benchmarks need
set -euo pipefail
PATH+=:/usr/sbin:/sbin # where daemons are, and not every root looks

# what it is | how to see that it is there | its package on Debian and Ubuntu
needs='C++ compiler                  | command g++                          | g++
CMake                                | command cmake                        | cmake
Ninja                                | command ninja                        | ninja-build
pkg-config                           | command pkg-config                   | pkg-config
Open MPI (headers)                   | command mpicxx                       | libopenmpi-dev
Open MPI (mpirun)                    | command mpirun                       | openmpi-bin
Boost.MPI                            | header boost/mpi/communicator.hpp    | libboost-mpi-dev
Boost.Serialization                  | header boost/archive/archive_exception.hpp | libboost-serialization-dev
serial HDF5                          | header hdf5/serial/hdf5.h hdf5.h     | libhdf5-dev
CLI11                                | header CLI/CLI.hpp                   | libcli11-dev
fmt                                  | header fmt/format.h                  | libfmt-dev
xxHash                               | library libxxhash                    | libxxhash-dev
FLINT                                | header flint/flint.h                 | libflint-dev
JSON for Modern C++                  | header nlohmann/json.hpp             | nlohmann-json3-dev
GMP                                  | library gmp                          | libgmp-dev
h5py for Python 3                    | python h5py                          | python3-h5py'
tests='GoogleTest                    | header gtest/gtest.h                 | libgtest-dev
GoogleMock                           | header gmock/gmock.h                 | libgmock-dev
h5diff                               | command h5diff                       | hdf5-tools
zlib                                 | header zlib.h                        | zlib1g-dev
PARI/GP                              | command gp                           | pari-gp
pandas                               | python pandas                        | python3-pandas
matplotlib                           | python matplotlib                    | python3-matplotlib
hdf5r for R                          | r hdf5r                              | r-cran-hdf5r
man                                  | command man                          | man-db
zsh                                  | command zsh                          | zsh
Lua                                  | command luac5.4                      | lua5.4
dpkg-shlibdeps                       | command dpkg-shlibdeps               | dpkg-dev'
cluster='Slurm (slurmctld)           | command slurmctld                    | slurmctld
Slurm (slurmd)                       | command slurmd                       | slurmd
Slurm (sbatch)                       | command sbatch                       | slurm-client
MUNGE                                | command munged                       | munge
ip                                   | command ip                           | iproute2
unshare                              | command unshare                      | util-linux'
checks='ShellCheck                   | command shellcheck                   | shellcheck
clang-format                         | command clang-format                 | clang-format
clang-tidy                           | command clang-tidy                   | clang-tidy
clang++                              | command clang++                      | clang
libFuzzer and the sanitizers of clang | runtime fuzzer,address,undefined     | libclang-rt-dev'
bench='Google Benchmark              | header benchmark/benchmark.h         | libbenchmark-dev
GNU factor                           | command factor                       | coreutils
ISA-L                                | library libisal                      | libisal-dev
taskset                              | command taskset                      | util-linux
mpi4py                               | python mpi4py                        | python3-mpi4py
SymPy                                | python sympy                         | python3-sympy'

for option in "$@"; do
    case $option in
        --tests)
            needs+=$'\n'$tests
            [ "$(id -u)" != 0 ] || needs+=$'\n'$cluster # which only root can make
            ;;
        --checks) needs+=$'\n'$checks ;;
        --bench) needs+=$'\n'$tests$'\n'$bench ;; # PARI is one of the tests' needs
        *) echo "install_dependencies.sh: unknown option $option (known: --tests --checks --bench)" >&2 && exit 2 ;;
    esac
done

is_there() { # KIND NAME...: true when one of the names is there
    local kind=$1 name
    for name in "${@:2}"; do
        case $kind in
            command) command -v "$name" ;;
            library) pkg-config --exists "$name" ;;
            header) g++ -E -x c++ - <<< "#if !__has_include(<$name>)
#error
#endif" ;;
            runtime) clang++ -fsanitize="$name" -o /dev/null -x c++ - \
                     <<< 'extern "C" int LLVMFuzzerTestOneInput(const unsigned char*, unsigned long) { return 0; }' ;;
            r) Rscript -e "library($name)" ;;
            python) python3 -c "import $name" || /usr/bin/python3 -c "import $name" ;;
        esac > /dev/null 2>&1 && return
    done
    return 1
}

look() { # sets names and packages to what is missing
    local name probe package
    names='' packages=()
    while IFS='|' read -r name probe package; do
        # shellcheck disable=SC2086  # a probe is words
        is_there $probe && continue
        read -r name <<< "$name" # trims
        names+="${names:+, }$name"
        packages+=("${package// /}")
    done <<< "$needs"
}

look
[ -n "$names" ] || exit 0
echo "Missing: $names"

as_root=()
[ "$(id -u)" = 0 ] || as_root=(sudo)
if ! command -v apt-get > /dev/null; then
    echo "install_dependencies.sh: no apt-get here: install what is missing by other means, then run this again" >&2
    exit 1
elif [ "$(id -u)" != 0 ] && ! command -v sudo > /dev/null; then
    echo "install_dependencies.sh: neither root nor sudo: ask for these packages, then run this again: ${packages[*]}" >&2
    exit 1
fi

echo "Installing: ${packages[*]}"
apt() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=120 "$@" < /dev/null; }
apt update || echo "apt-get update failed; trying with the package lists that are here" >&2
apt install -y --no-install-recommends --no-upgrade "${packages[@]}" > /dev/null

look
[ -z "$names" ] || { echo "install_dependencies.sh: installed, and still not found: $names" >&2 && exit 1; }
