#!/bin/bash
# `make test`: packages, build, fast tests first, then everything that belongs before a merge. At most 30 minutes of
# tests. Tests with the label `registry` run when the registry that npm is configured with answers.
set -euo pipefail
cd "$(dirname "$(realpath "$0")")/.."
step() { printf '\n== %s (%s)\n' "$1" "$(date +%H:%M:%S)"; }

step "packages"
tools/install_packages.sh build test
step "configure and build (debug, build/dev)"
tools/quiet.sh cmake --preset dev
cmake --build --preset dev
tools/contract_table.py --check

left_out=long
if timeout 20 npm view is-number@7.0.0 version >/dev/null 2>&1 </dev/null; then
  tools/fetch_node.sh build/node --npm  # what the comparisons with npm are made against
  export PATH=$PWD/build/node/bin:$PATH
else
  echo "The registry does not answer: tests with the label \`registry\` are left out."
  left_out='long|registry'
fi
jobs=$(nproc)
export CTEST_OUTPUT_ON_FAILURE=1
step "fast tests"
tools/quiet.sh timeout 600 ctest --test-dir build/dev -L fast -LE "$left_out" -j "$jobs"
echo "all passed"
step "all tests"
timeout 1800 ctest --test-dir build/dev -LE "$left_out" -j "$jobs" </dev/null
