#!/usr/bin/env bash
# Installs what is missing, builds what users run, and runs every test. Ends with ctest's summary.
# Usage: tests/run.sh [CTEST_OPTION...]     e.g. -L unit, -R layering
set -euo pipefail
cd "$(dirname "$0")/.."

examples/install_dependencies.sh --tests
examples/build.sh release -DFACTORIZE_TESTS=ON
# One more than there are cores: the tests under Slurm mostly wait.
status=0
ctest --preset release --parallel $(($(nproc) + 1)) "$@" || status=$?
grep '^skipped: ' build/release/Testing/Temporary/LastTest.log || true # why
exit "$status"
