#!/bin/bash
# Runs every fuzz target of tests/fuzz for SECONDS each, from its corpus and saved crashers.
#
# usage: tools/fuzz.sh SECONDS [TARGET...]
set -euo pipefail
cd "$(dirname "$(realpath "$0")")/.."
seconds=${1:?usage: $0 SECONDS [TARGET...]}
shift
[ -e tests/fuzz/CMakeLists.txt ] || { echo "fuzz: there are no targets"; exit 0; }
tools/install_packages.sh fuzz
tools/quiet.sh cmake --preset fuzz
cmake --build --preset fuzz
targets=("$@")
if [ ${#targets[@]} -eq 0 ]; then mapfile -t targets < <(cd build/fuzz/tests/fuzz && find . -maxdepth 1 -name 'fuzz_*' -executable -type f -printf '%f\n' | sort); fi
for target in "${targets[@]}"; do
  mkdir -p "build/fuzz/corpus/$target" "tests/fuzz/corpus/${target#fuzz_}"
  echo "fuzz: $target for $seconds s"
  tools/quiet.sh "build/fuzz/tests/fuzz/$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
    -artifact_prefix="build/fuzz/$target-" "build/fuzz/corpus/$target" "tests/fuzz/corpus/${target#fuzz_}"
done
