#!/usr/bin/env bash
# How near do whole runs come to what two cores and a disk can do, and how much faster are they than others?
# Installs what is missing, builds, lets everyone take turns at the same jobs, and prints medians and their ratios as tables.
# Usage: end_to_end.sh [--rounds N] [--quick] [--bin DIR] [--memory DIR] [--disk DIR] [--plot FILE]
#   --rounds N    turns of each (5)
#   --quick       tiny jobs, one turn: do all programs run, and agree? Its figures mean nothing.
#   --bin DIR     programs that are built already; installs and builds nothing
#   --memory DIR  on a tmpfs, with room for 3 GB (/dev/shm)
#   --disk DIR    on a disk, with room for 2 GB (build/)
#   --plot FILE   strong and weak scaling as a picture
set -euo pipefail
export LC_ALL=C

bin='' memory=/dev/shm disk='' passed_on=()

die() { echo "end_to_end.sh: $*" >&2 && exit 1; }

while [ $# -gt 0 ]; do
    case $1 in
        --rounds | --bin | --memory | --disk | --plot) [ $# -gt 1 ] || die "$1 needs a value" ;;&
        --rounds) passed_on+=("$1" "$2") && shift ;;
        --plot) passed_on+=("$1" "$(realpath "$2")") && shift ;;
        --bin) bin=$(realpath "$2") && shift ;;
        --memory) memory=$(realpath "$2") && shift ;;
        --disk) disk=$(realpath "$2") && shift ;;
        --quick) passed_on+=("$1") ;;
        *) die "unknown option $1 (the head of this file names them)" ;;
    esac
    shift
done

cd "$(dirname "$0")/../.."
[ -n "$disk" ] || { mkdir -p build && disk=$PWD/build; } # which git does not look at
if [ -z "$bin" ]; then
    examples/install_dependencies.sh --bench
    examples/build.sh release -DFACTORIZE_BENCHMARKS=ON > /dev/null
    bin=$PWD/build/release/bin
fi
for program in mpirun gp taskset "$bin"/{factorize,divisors_timer,numbers_bench,rank_clock.so}; do
    command -v "$program" > /dev/null || die "$program is missing"
done
packages='h5py, matplotlib, mpi4py, numpy, sympy' python=''
for candidate in python3 /usr/bin/python3; do # the distribution's has its packages
    "$candidate" -c "import $packages" 2> /dev/null && python=$candidate && break
done
[ -n "$python" ] || die "no Python has $packages"
"$python" -B tests/bench/end_to_end.py --bin "$bin" --memory "$memory" --disk "$disk" ${passed_on[@]+"${passed_on[@]}"}
printf '%d s\n' $SECONDS
