#!/bin/bash
# Builds with AddressSanitizer and UndefinedBehaviorSanitizer and runs the modules' unit tests; with --all everything
# but the long tests, and the concurrent modules under ThreadSanitizer as well.
set -euo pipefail
cd "$(dirname "$(realpath "$0")")/.."
jobs=$(nproc)
export ASAN_OPTIONS=abort_on_error=1 UBSAN_OPTIONS=print_stacktrace=1 TSAN_OPTIONS=halt_on_error=1

module_tests() {  # names of the test programs of modules that have tests
  for folder in src/*/; do
    if compgen -G "$folder*_test.cpp" >/dev/null; then echo "$(basename "$folder")_test"; fi
  done
}
mapfile -t programs < <(module_tests)
pattern="^($(IFS='|'; set -- "${programs[@]%_test}"; echo "$*"))\\."

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
  run asan-ubsan "${programs[@]}" -- -R "$pattern"
fi
