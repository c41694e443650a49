#!/bin/bash
# Builds with AddressSanitizer and UndefinedBehaviorSanitizer and runs the tests of the parsing modules; with --all
# everything but the long tests, and the concurrent modules under ThreadSanitizer as well.
set -euo pipefail
cd "$(dirname "$(realpath "$0")")/.."
jobs=$(nproc)
export ASAN_OPTIONS=abort_on_error=1 UBSAN_OPTIONS=print_stacktrace=1 TSAN_OPTIONS=halt_on_error=1

run() {  # PRESET BUILD_TARGET... -- CTEST_ARGUMENT...
  local preset=$1 targets=()
  shift
  while [ "$1" != -- ]; do targets+=("$1"); shift; done
  shift
  tools/quiet.sh cmake --preset "$preset"
  cmake --build --preset "$preset" ${targets[0]:+--target "${targets[@]}"}
  ctest --test-dir "build/$preset" --output-on-failure -j "$jobs" "$@" </dev/null
}

if [ "${1:-}" = --all ]; then
  run asan-ubsan -- -LE 'long|registry'
  run tsan -- -R '^(base|os|net|registry|store|linker|ops|integration)\.' -LE 'long|registry'
else
  # Before every merge: the modules that read hostile bytes. `make check-all` has the rest.
  run asan-ubsan base_test formats_test crypto_test semver_test graph_test lockfile_test -- \
    -R '^(base|formats|crypto|semver|graph|lockfile)\.'
fi
