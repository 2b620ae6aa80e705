#!/usr/bin/env bash
# From a fresh checkout to a first result: installs what is missing, builds, lists the factors of
# 10000000..10001000 on 8 ranks into factors.h5 in the working directory, and reads that file back.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
range=10000000:10001000
output=factors.h5

step() { printf '\n== %s\n' "$*"; }

step 'Installing what is missing'
"$root/examples/install_dependencies.sh"

step 'Building'
"$root/examples/build.sh" release -DFACTORIZE_TESTS=OFF
factorize=$root/build/release/bin/factorize

step "mpirun -np 8 factorize run --range $range --output $output"
overwrite=()
if [ -e "$output" ]; then
    if ! "$factorize" info "$output" | grep -F " range $range, store full" > /dev/null; then
        echo "quickstart.sh: $output here is not this script's: move it away, or start me in another directory" >&2
        exit 1
    fi
    echo "$output is here from an earlier quickstart: overwriting it"
    overwrite=(--overwrite)
fi
# Open MPI counts cores, not hyper-threads, and asks before it runs as root or more ranks than cores.
cores=$(lscpu --parse=CORE,SOCKET 2> /dev/null | grep -v '^#' | sort -u | wc -l) || cores=1
if [ "$cores" -lt 8 ] || [ "$(nproc)" -lt 8 ]; then
    export OMPI_MCA_rmaps_base_oversubscribe=1 OMPI_MCA_hwloc_base_binding_policy=none
fi
[ "$(id -u)" != 0 ] || export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
mpirun -np 8 "$factorize" run --range "$range" --output "$output" "${overwrite[@]}"

step "factorize info $output"
"$factorize" info "$output"

step "examples/read_factors.py $output"
python=python3
"$python" -c 'import h5py' 2> /dev/null || python=/usr/bin/python3
"$python" "$root/examples/read_factors.py" "$output"
