#!/usr/bin/env bash
# Builds one preset of CMakePresets.json in this checkout.
# Usage: build.sh PRESET [CMAKE_OPTION...]
set -euo pipefail
cd "$(dirname "$0")/.."
preset=$1

# As many compilers at once as there are cores, and as 1.5 GB of free memory each allow (Boost.MPI is hungry).
jobs=$(nproc)
by_memory=$(awk '/^MemAvailable:/ {print int($2 / 1500000)}' /proc/meminfo)
[ "$by_memory" -ge "$jobs" ] || jobs=$((by_memory > 0 ? by_memory : 1))

cmake --preset "$preset" "${@:2}"
cmake --build --preset "$preset" --parallel "$jobs"
