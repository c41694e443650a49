#!/bin/bash
# `make check-all`: everything, without a time limit: checks, all tests with the long ones, sanitizers, fuzz, planted
# faults, grid.
set -euo pipefail
cd "$(dirname "$(realpath "$0")")/.."
tools/install_packages.sh build test
tools/check.sh
tools/sanitizers.sh --all
tools/fuzz.sh 300
tools/fuzz_planted.sh 300
make --no-print-directory grid
tools/quiet.sh cmake --preset dev
cmake --build --preset dev
ctest --test-dir build/dev --output-on-failure -j "$(nproc)" </dev/null
